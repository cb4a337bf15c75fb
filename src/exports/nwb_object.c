/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/nwb_object.h"

#include <string.h>

tp_status tp_nwb_type(tp_nwb *nwb, const char *path, const char *type, const char *space) {
    char uuid[TP_UUID_ROOM];
    tp_hash hash = nwb->hash;
    tp_hash_add(&hash, path, strlen(path));
    tp_hash_uuid(&hash, uuid);
    tp_status status = tp_foreign_attribute_text(&nwb->file, path, "namespace", space);
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "neurodata_type", type);
    return status == TP_OK ? tp_foreign_attribute_text(&nwb->file, path, "object_id", uuid)
                           : status;
}
