// SPDX-License-Identifier: GPL-3.0-or-later
// What the HDF5 library reads, in the form that embedded.js gives too.

const NOTES_OF_AXES = /^(CLASS|NAME|DIMENSION_LIST|REFERENCE_LIST|_Netcdf4.*)$/;
const BARE = "This is a netCDF dimension but not a netCDF variable";
/** HDF5's classes of types. */
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUMERATION = 8;

const isExact = (integer) => Number.isSafeInteger(Number(integer));
const plain = (value) =>
    typeof value === "bigint" ? (isExact(value) ? Number(value) : String(value)) : value;

/** Attributes of one value: numbers, texts, and integers that are no numbers here as text. */
export function attributesOf(object) {
    const found = {};
    for (const [name, attribute] of Object.entries(object.attrs)) {
        if (NOTES_OF_AXES.test(name))
            continue;
        const { type, total_size: count } = attribute.metadata;
        if (![INTEGER, FLOAT, STRING, ENUMERATION].includes(type) || count !== 1)
            continue;
        const value = attribute.value;
        const one = typeof value === "string" || !value?.length ? value : value[0];
        found[name] = typeof one === "number" && !Number.isFinite(one) ? null : plain(one);
    }
    return found;
}

function kindOf({ type, size }) {
    if (type === FLOAT)
        return size === 4 ? "float32" : "float64";
    return type === INTEGER ? "float64" : type === STRING ? "text" : "other";
}

export function describeArray(array) {
    const shape = (array.shape ?? []).map(Number);
    const scale = array.get_scale_name();
    const isAxis = scale !== null && scale !== undefined;
    const axes = shape.map((_, axis) =>
        isAxis ? array.path : array.get_attached_scales(axis)?.[0] ?? null);
    const type = isAxis && scale.startsWith(BARE) ? "bare" : kindOf(array.metadata);
    return { shape, axes, isAxis, type };
}

/** Numbers as an array of a type that holds them; texts, and integers that do not fit, as texts. */
export function numbersOf(values, { type, shape }) {
    if (type === STRING)
        return shape?.length ? [...values] : [values];
    if (typeof values === "number" || typeof values === "bigint")
        return numbersOf(typeof values === "bigint" ? BigInt64Array.of(values)
                                                    : Float64Array.of(values), { type, shape: [1] });
    if (!(values instanceof BigInt64Array || values instanceof BigUint64Array))
        return values;
    return values.every(isExact) ? Float64Array.from(values, Number) : Array.from(values, String);
}
