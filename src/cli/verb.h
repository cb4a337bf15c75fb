/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verb of the command line: one file, one line in the table of main.c. */
#ifndef TP_CLI_VERB_H
#define TP_CLI_VERB_H

#include <getopt.h>
#include <tripartite/tripartite.h>

enum { EXIT_OK = 0, EXIT_OURS = 1, EXIT_USERS = 2, EXIT_INTERRUPTED = 130 };

typedef struct verb {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* usage, options, an example */
    /* argv[0] is the verb. Returns the exit status. */
    int (*run)(int argc, char **argv);
} verb;

extern const verb verb_check;
extern const verb verb_export;
extern const verb verb_info;
extern const verb verb_merge;
extern const verb verb_models;
extern const verb verb_plot;
extern const verb verb_report;
extern const verb verb_run;
extern const verb verb_sweep;
extern const verb verb_verify;
extern const verb verb_view;

/* Prints the error and returns the exit status that belongs to it. */
int tell_error(const tp_error *error);

/* Prints what is wrong with the command line, and where help is; returns EXIT_USERS. */
__attribute__((format(printf, 2, 3))) int tell_usage(const verb *of, const char *format, ...);

/* Prints what is wrong with the option that getopt_long has just answered with ':' or '?'. */
int tell_option(const verb *of, int option, char **argv);

/* --set, which several verbs have: a growing list of its arguments. */
typedef struct overrides {
    const char **items;
    size_t count;
} overrides;
void add_override(overrides *list, const char *text, int argc);

/* Opens standard output for a verb's answer: writing it is checked at the end. */
int finish_output(void);

#endif
