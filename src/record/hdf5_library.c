/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/hdf5_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tp_hdf5_start(void) {
    /* The exit handler would close, and so write, a file whose disk has failed, and may crash over
     * it. Fails harmlessly where HDF5 runs already. */
    (void)H5dont_atexit();
    /* A library does not print: tp_hdf5_reason fetches what HDF5 has to say. */
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

typedef struct reason {
    char text[512];
    char system[256];
} reason;

static herr_t gather_reason(unsigned depth, const H5E_error2_t *entry, void *data) {
    (void)depth;
    static const char marker[] = "error message = '";
    reason *found = data;
    if (!entry->desc || !*entry->desc)
        return 0;
    const char *system = strstr(entry->desc, marker);
    if (system && !found->system[0]) {
        /* The rest of such a text is the hour, a descriptor and an address: of no use to a user. */
        const char *text = system + strlen(marker);
        const char *colon = strchr(entry->desc, ':');
        int length = (int)((colon ? colon : system) - entry->desc);
        snprintf(found->system, sizeof found->system, "%.*s", (int)strcspn(text, "'"), text);
        snprintf(found->text, sizeof found->text, "%.*s", length, entry->desc);
    } else if (!found->text[0]) {
        snprintf(found->text, sizeof found->text, "%s", entry->desc);
    }
    return 0;
}

void tp_hdf5_reason(char *text, size_t size) {
    reason found = {.text = "", .system = ""};
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, gather_reason, &found);
    if (found.system[0])
        snprintf(text, size, "%s (HDF5: %s)", found.system, found.text);
    else
        snprintf(text, size, "HDF5: %s", found.text[0] ? found.text : "no reason given");
}

char *tp_hdf5_path(const char *path) {
    size_t length = path ? strlen(path) : 0;
    char *clean = malloc(length + 2);
    if (!clean)
        return NULL;
    char *end = clean;
    for (const char *name = path; name && *name;) {
        name += strspn(name, "/");
        size_t width = strcspn(name, "/");
        if (width > 0 && !(width == 1 && *name == '.')) {
            *end++ = '/';
            memcpy(end, name, width);
            end += width;
        }
        name += width;
    }
    if (end == clean)
        *end++ = '/';
    *end = '\0';
    return clean;
}

/* H5Lexists fails also where what should hold the link holds none: where it is missing, or is no
 * group. */
static htri_t link_exists(hid_t file, char *path) {
    const htri_t exists = H5Lexists(file, path, H5P_DEFAULT);
    char *slash = strrchr(path, '/');
    H5O_info_t above;
    if (exists >= 0 || slash == path)
        return exists;
    *slash = '\0';
    htri_t is_there = H5Oexists_by_name(file, path, H5P_DEFAULT);
    if (is_there > 0 && H5Oget_info_by_name2(file, path, &above, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        is_there = -1;
    *slash = '/';
    return is_there > 0 && above.type != H5O_TYPE_GROUP ? 0 : is_there > 0 ? -1 : is_there;
}

htri_t tp_hdf5_exists(hid_t file, const char *path) {
    /* Not from the heap: no memory is no answer to whether it exists. No record has longer paths.
     */
    char part[4096];
    if (strcmp(path, "/") == 0)
        return 1;
    if (strlen(path) >= sizeof part)
        return 0;
    strcpy(part, path);
    htri_t exists = 1;
    for (char *slash = strchr(part + 1, '/'); exists > 0 && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        exists = link_exists(file, part);
        *slash = '/';
    }
    if (exists > 0)
        exists = link_exists(file, part);
    return exists > 0 ? H5Oexists_by_name(file, part, H5P_DEFAULT) : exists;
}

hid_t tp_hdf5_text_type(void) {
    /* Of variable length: h5py and h5netcdf then give a str (of fixed length: bytes), MATLAB a
     * string, and a text may be longer than the 64 KiB that an object's header can hold. */
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

hid_t tp_hdf5_native_type(tp_read_as as) {
    switch (as) {
    case TP_AS_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    case TP_AS_FLOAT:
        return H5T_NATIVE_FLOAT;
    case TP_AS_INT8:
        return H5T_NATIVE_INT8;
    case TP_AS_INT16:
        return H5T_NATIVE_INT16;
    case TP_AS_INT32:
        return H5T_NATIVE_INT32;
    case TP_AS_INT64:
        return H5T_NATIVE_INT64;
    case TP_AS_UINT8:
        return H5T_NATIVE_UINT8;
    case TP_AS_UINT16:
        return H5T_NATIVE_UINT16;
    case TP_AS_UINT32:
        return H5T_NATIVE_UINT32;
    case TP_AS_UINT64:
        return H5T_NATIVE_UINT64;
    }
    return H5I_INVALID_HID;
}

hid_t tp_hdf5_create(const char *path) {
    tp_hdf5_start();
    hid_t create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    /* Format 1.8 is read by all that read HDF5 today, and its metadata has checksums. */
    if (create < 0 || access < 0 || H5Pset_obj_track_times(create, false) < 0 ||
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) < 0 ||
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0)
        return H5I_INVALID_HID;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
    if (file >= 0 && (H5Pclose(access) < 0 || H5Pclose(create) < 0))
        return H5I_INVALID_HID;
    return file;
}
