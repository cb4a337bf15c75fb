/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Astrocytes on a convolutional layer of a trained network (ANAN; Ribas-Rodriguez, Cedron &
 * Aguiar-Pulido): one for each kernel. For each image anew they look at how active their kernel is,
 * k times, and strengthen or weaken its weights. The network itself is never changed. */
#ifndef TP_NETWORKS_ANAN_H
#define TP_NETWORKS_ANAN_H

#include "learning/stack.h"

/* How a kernel's map becomes one number. */
typedef enum tp_anan_activity {
    TP_ANAN_PRE_MEAN,       /* mean over all places, before the ReLU */
    TP_ANAN_POST_MEAN,      /* mean over all places, after the ReLU */
    TP_ANAN_FRACTION_ACTIVE /* part of the places above 0 */
} tp_anan_activity;
extern const char *const tp_anan_activity_names[];

/* How the paper is read where it does not say. */
typedef struct tp_anan_reading {
    tp_anan_activity activity;
    double threshold;    /* a kernel is active where its activity is above this */
    bool literal;        /* "1 otherwise" in Eq. 3: w += |w| where r is neither mu nor -mu */
    bool a_is_increment; /* w += |w| a, else w += |w| (a - 1) */
    bool last_pass;      /* predicts by the k-th pass, else after the k-th change */
} tp_anan_reading;

typedef struct tp_anan_setting {
    size_t k, mu;
    double a, b;
} tp_anan_setting;

/* Whether the astrocytes can ever change a weight. */
bool tp_anan_can_act(const tp_anan_reading *reading, const tp_anan_setting *setting);
/* Whether two settings change every image's weights alike. */
bool tp_anan_same(const tp_anan_reading *reading, const tp_anan_setting *a,
                  const tp_anan_setting *b);

/* The activity of a map before the ReLU. */
double tp_anan_activity_of(tp_anan_activity activity, const double *map, size_t places);
/* What an astrocyte with the state *r does to its kernel's weights in one of the k steps, where the
 * kernel was active or not. */
void tp_anan_step(const tp_anan_reading *reading, const tp_anan_setting *setting, bool active,
                  int *r, size_t count, double *weights);

typedef struct tp_anan {
    const tp_stack *stack;
    size_t layer; /* of the stack; a tp_conv */
    tp_anan_reading reading;
    tp_workspace *workspace;
    size_t count;    /* images that were taken */
    double *maps;    /* [image][kernel][place] of the trained weights */
    double *weights; /* [kernel][weight] of the image at hand */
    double *scratch; /* [kernel][place] */
    int *r;          /* [kernel] */
    uint64_t passes; /* through the layer, whole */
} tp_anan;

/* For `room` images at a time at most. The stack must outlive it, and is only read. */
tp_status tp_anan_create(const tp_stack *stack, size_t layer, const tp_anan_reading *reading,
                         size_t room, tp_anan **anan, tp_error *error);
void tp_anan_destroy(tp_anan **anan);

/* Takes images[n] up to the layer; what comes of it serves any number of settings. */
void tp_anan_take(tp_anan *anan, size_t n, const double *images);
/* The network's outputs for the images that were taken, with astrocytes of that setting; NULL:
 * without any. The layer is passed anew only where weights have changed since. */
const double *tp_anan_outputs(tp_anan *anan, const tp_anan_setting *setting);

/* What happens to one image that was taken. Arrays are the caller's. */
typedef struct tp_anan_trace {
    double *activity; /* [k][kernel] at each pass */
    int *r;           /* [k + 1][kernel] before the first step and after each */
    double *weights;  /* [k + 1][kernel][weight] likewise */
} tp_anan_trace;
void tp_anan_follow(tp_anan *anan, size_t image, const tp_anan_setting *setting,
                    const tp_anan_trace *trace);

#endif
