/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH_ROOM = 4200, LINE_ROOM = 4096 };

/* The number behind `key` in a file of such lines, or the file's first where `key` is "". */
static double number_in(const char *path, const char *key) {
    char line[LINE_ROOM];
    double number = NAN;
    FILE *file = fopen(path, "r");
    if (!file)
        return NAN;
    while (isnan(number) && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *text = line + strlen(key);
        char *end;
        number = strtod(text, &end);
        if (end == text) { /* "max" */
            number = NAN;
            break;
        }
    }
    fclose(file);
    return number;
}

/* The same of a file below `root`. */
static double number_below(const char *root, const char *name, const char *key) {
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s%s", root, name);
    return number_in(path, key);
}

static double least(double a, double b) {
    return isnan(b) ? a : fmin(a, fmax(b, 0));
}

/* Of the control group whose folder this is. */
static double left_in_group(const char *folder, const char *limit, const char *usage) {
    char path[PATH_ROOM + 40];
    snprintf(path, sizeof path, "%s/%s", folder, limit);
    const double most = number_in(path, "");
    snprintf(path, sizeof path, "%s/%s", folder, usage);
    return most - number_in(path, "");
}

/* A group's limit holds for all below it. */
static double left_in_groups(const char *root, const char *top, const char *name, const char *limit,
                             const char *usage) {
    char folder[PATH_ROOM];
    double left = INFINITY;
    snprintf(folder, sizeof folder, "%s%s%s", root, top, strcmp(name, "/") == 0 ? "" : name);
    while (strlen(folder) >= strlen(root) + strlen(top)) {
        left = least(left, left_in_group(folder, limit, usage));
        *strrchr(folder, '/') = '\0';
    }
    return left;
}

static double left_in_my_groups(const char *root) {
    char line[LINE_ROOM];
    double left = INFINITY;
    snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *file = fopen(line, "r");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *controllers = strchr(line, ':');
        char *name = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!name)
            continue;
        *name++ = '\0';
        if (controllers[1] == '\0')
            left = fmin(
                left, left_in_groups(root, "/sys/fs/cgroup", name, "memory.max", "memory.current"));
        else if (strcmp(controllers + 1, "memory") == 0)
            left = fmin(left, left_in_groups(root, "/sys/fs/cgroup/memory", name,
                                             "memory.limit_in_bytes", "memory.usage_in_bytes"));
    }
    if (file)
        fclose(file);
    return left;
}

double tp_memory_available(const char *root) {
    double left = left_in_my_groups(root);
    struct rlimit limit;
    left = least(left, 1024 * number_below(root, "/proc/meminfo", "MemAvailable:"));
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        left = least(left, (double)limit.rlim_cur -
                               1024 * number_below(root, "/proc/self/status", "VmSize:"));
    if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        left = least(left, (double)limit.rlim_cur -
                               1024 * number_below(root, "/proc/self/status", "VmData:"));
    return left;
}

bool tp_memory_lacks(double bytes, char *words, size_t room) {
    const double worth_a_look = 64 << 20, gib = 1 << 30;
    if (bytes < worth_a_look)
        return false;
    const double available = tp_memory_available("");
    if (bytes <= available)
        return false;
    snprintf(words, room,
             "this takes at least %.3g GiB of memory, and there are %.3g GiB to be had",
             bytes / gib, available / gib);
    return true;
}
