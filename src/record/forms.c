/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How things are made in a file: lists, types and spaces that do not depend on what is made. HDF5
 * takes longer to make them than to use them, and a record has hundreds of objects. */
#include "record/hdf5_library.h"
#include "record/writer_private.h"

/* HDF5 clears two times 1 MiB for converting a handful of texts, unless it is told to take less. */
enum { CONVERSION_BYTES = 1 << 14 };

bool tp_forms_make(tp_forms *forms) {
    tp_hdf5_start();
    *forms = (tp_forms){
        .link = H5Pcreate(H5P_LINK_CREATE),
        .group = H5Pcreate(H5P_GROUP_CREATE),
        .whole = H5Pcreate(H5P_DATASET_CREATE),
        .growing = H5Pcreate(H5P_DATASET_ACCESS),
        .convert = H5Pcreate(H5P_DATASET_XFER),
        .text = tp_hdf5_text_type(),
        .single = H5Screate(H5S_SCALAR),
    };
    return forms->link >= 0 && forms->group >= 0 && forms->whole >= 0 && forms->growing >= 0 &&
           forms->convert >= 0 && forms->text >= 0 && forms->single >= 0 &&
           H5Pset_char_encoding(forms->link, H5T_CSET_UTF8) >= 0 &&
           H5Pset_obj_track_times(forms->group, false) >= 0 &&
           H5Pset_obj_track_times(forms->whole, false) >= 0 &&
           H5Pset_fill_time(forms->whole, H5D_FILL_TIME_ALLOC) >= 0 &&
           H5Pset_chunk_cache(forms->growing, 1, 0, 0) >= 0 &&
           H5Pset_buffer(forms->convert, CONVERSION_BYTES, NULL, NULL) >= 0;
}

void tp_forms_free(tp_forms *forms) {
    const hid_t lists[] = {forms->link, forms->group, forms->whole, forms->growing, forms->convert};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i] > 0)
            H5Pclose(lists[i]);
    if (forms->text > 0)
        H5Tclose(forms->text);
    if (forms->single > 0)
        H5Sclose(forms->single);
    *forms = (tp_forms){0};
}
