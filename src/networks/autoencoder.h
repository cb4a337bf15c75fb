/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A variational autoencoder (Kingma & Welling, arXiv 1312.6114) of one hidden layer each way:
 * images to the mean and log-variance of a few latent numbers z, and z to images. Its loss is the
 * summed binary cross entropy of a sample's pixels and the divergence of z from N(0, 1). */
#ifndef TP_NETWORKS_AUTOENCODER_H
#define TP_NETWORKS_AUTOENCODER_H

#include "learning/adam.h"
#include "learning/stack.h"

typedef struct tp_autoencoder {
    size_t inputs, latent;
    tp_stack *encoder; /* inputs - hidden ReLU - 2 latent: means, then log-variances */
    tp_stack *decoder; /* latent - hidden ReLU - inputs sigmoid */
} tp_autoencoder;

tp_status tp_autoencoder_create(size_t inputs, size_t hidden, size_t latent, uint64_t seed,
                                uint32_t trial, tp_autoencoder **autoencoder, tp_error *error);
void tp_autoencoder_destroy(tp_autoencoder **autoencoder);

/* What a thread needs to go through it batch by batch. */
typedef struct tp_autoencoder_work {
    tp_autoencoder *of;
    size_t room;
    tp_workspace *encoder, *decoder;
    tp_adam adam[2];
    double *z, *noise;    /* [sample][latent] of the batch */
    double *slope;        /* [sample][inputs] */
    double *latent_slope; /* [sample][latent] */
    double *moment_slope; /* [sample][2 latent] */
} tp_autoencoder_work;

/* For batches of up to `room`; `rate` is that of Adam. */
tp_status tp_autoencoder_work_create(tp_autoencoder *autoencoder, size_t room, double rate,
                                     tp_autoencoder_work **work, tp_error *error);
void tp_autoencoder_work_destroy(tp_autoencoder_work **work);

/* Means and standard deviations [n][latent] of z; either may be NULL. */
void tp_autoencoder_moments(tp_autoencoder_work *work, size_t n, const double *x, double *mean,
                            double *spread);
/* Encodes a batch and draws work->z; `first` is its first sample's number in the epoch. */
void tp_autoencoder_draw(tp_autoencoder_work *work, const tp_pass *pass, size_t first, size_t n,
                         const double *x);
/* The loss of the batch that was drawn, a mean over its samples; sets the gradients of both
 * workspaces. `beside` are derivatives by z of what else is made small; NULL: nothing. */
double tp_autoencoder_slopes(tp_autoencoder_work *work, size_t n, const double *x,
                             const double *beside);
/* One step of Adam along those gradients. */
void tp_autoencoder_step(tp_autoencoder_work *work);
/* y[n][inputs] of z[n][latent]. */
void tp_autoencoder_decode(tp_autoencoder_work *work, size_t n, const double *z, double *y);

/* The normal number that is drawn for latent number `index` of an epoch. */
double tp_autoencoder_noise(const tp_pass *pass, size_t index);
/* Those from `first` on. */
void tp_autoencoder_noises(const tp_pass *pass, size_t first, size_t count, double *noise);

#endif
