/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory there is to be had, by what a system says that is none. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "../folder.h"
#include "../remove_tree.h"

#include "base/memory.h"

static int remove_folder(void **state) {
    (void)state;
    return remove_tree(folder);
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-memory-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* Writes a file below the folder, and the folders that it is in. */
static void say(const char *name, const char *text) {
    char path[600];
    snprintf(path, sizeof path, "%s", in_folder(name));
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        (void)mkdir(path, 0777);
    }
    spill(path, text, strlen(text));
}

static void expect(double bytes) {
    assert_true(tp_memory_available(folder) == bytes);
}

static void nothing_tells(void **state) {
    (void)state;
    expect(INFINITY);
    say("proc/self/cgroup", "nonsense\n0::/not/there\n");
    expect(INFINITY);
}

static void the_machine_has_so_much(void **state) {
    (void)state;
    say("proc/meminfo", "MemTotal:       9000 kB\nMemAvailable:   5000 kB\n");
    expect(5000 * 1024);
}

static void the_limit_of_any_group_above_holds(void **state) {
    (void)state;
    say("proc/meminfo", "MemAvailable:   5000 kB\n");
    say("proc/self/cgroup", "1:cpu:/other\n0::/job/step\n");
    say("sys/fs/cgroup/job/step/memory.max", "max\n");
    say("sys/fs/cgroup/job/step/memory.current", "1000\n");
    expect(5000 * 1024);
    say("sys/fs/cgroup/job/memory.max", "4000000\n");
    say("sys/fs/cgroup/job/memory.current", "1500000\n");
    expect(2500000);
    say("sys/fs/cgroup/job/step/memory.max", "2000000\n");
    expect(1999000);
    say("sys/fs/cgroup/memory.max", "900\n");
    say("sys/fs/cgroup/memory.current", "100\n");
    expect(800);
    say("sys/fs/cgroup/memory.current", "1000\n"); /* more than it may */
    expect(0);
}

static void so_does_that_of_the_first_kind_of_groups(void **state) {
    (void)state;
    say("proc/self/cgroup", "5:cpu:/\n4:memory:/job\n");
    say("sys/fs/cgroup/memory/memory.limit_in_bytes", "3000\n");
    say("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
    expect(2000);
    say("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1700\n");
    say("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000\n");
    expect(700);
    say("proc/self/cgroup", "4:memory:/\n");
    expect(2000);
}

static void the_system_itself_tells(void **state) {
    (void)state;
    const double available = tp_memory_available("");
    assert_true(available >= 0 && available < INFINITY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_tells, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_machine_has_so_much, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_limit_of_any_group_above_holds, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(so_does_that_of_the_first_kind_of_groups, make_folder,
                                        remove_folder),
        cmocka_unit_test(the_system_itself_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
