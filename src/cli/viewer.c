/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096 };

static char *page_in(const char *folder, const char *below, const char *name) {
    const size_t room = strlen(folder) + strlen(below) + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s%s/%s", folder, below, name);
    if (path && access(path, R_OK) == 0)
        return path;
    free(path);
    return NULL;
}

/* The folder that the program itself lies in. */
static int own_folder(char *folder) {
    const ssize_t length = readlink("/proc/self/exe", folder, LONGEST_PATH - 1);
    if (length <= 0)
        return 0;
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

char *viewer_page(const char *name) {
    /* In an installation, and in the source tree beside its build folder. */
    static const char *const places[] = {"/../" TP_VIEWER_FROM_PROGRAM, "/../viewer/dist"};
    const char *chosen = getenv("TRIPARTITE_VIEWER");
    char own[LONGEST_PATH];
    char *page = chosen && *chosen ? page_in(chosen, "", name) : NULL;
    if (!page && own_folder(own))
        for (size_t i = 0; !page && i < sizeof places / sizeof *places; i++)
            page = page_in(own, places[i], name);
    if (!page)
        page = page_in(TP_VIEWER_INSTALLED, "", name);
    if (!page)
        fprintf(stderr,
                "tripartite: the viewer is not here: it is built apart, with Node.js 18 or newer\n"
                "  run scripts/build-viewer in the source tree (and install again, where the\n"
                "  program is installed); TRIPARTITE_VIEWER names a folder that has %s\n",
                name);
    return page;
}
