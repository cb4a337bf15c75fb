/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/classify_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "learning/adam.h"
#include "learning/training.h"

size_t tp_classify_answers(const tp_classify_plan *plan) {
    return plan->classes ? plan->outputs : 2;
}

tp_status tp_classified_create(const tp_classify_plan *plan, tp_classified *o, tp_error *error) {
    const size_t epochs = (size_t)plan->description.training.epochs;
    const size_t answers = tp_classify_answers(plan);
    *o = (tp_classified){.train_accuracy = NAN, .test = {NAN, false}};
    o->memory = malloc((2 * epochs + answers * answers) * sizeof(double));
    if (!o->memory)
        return tp_fail_memory(error, "training a network");
    o->loss = o->memory;
    o->accuracy = o->loss + epochs;
    o->confusion = o->accuracy + epochs;
    for (size_t i = 0; i < 2 * epochs + answers * answers; i++)
        o->memory[i] = NAN;
    return TP_OK;
}

void tp_classified_free(tp_classified *o) {
    tp_stack_destroy(&o->stack);
    free(o->memory);
    *o = (tp_classified){0};
}

/* What a network says to one sample, and whether that is right. */
typedef struct verdict {
    size_t answer;
    bool right;
} verdict;

static verdict judge(const tp_classify_plan *p, const double *y, uint8_t label) {
    if (!p->classes)
        return (verdict){y[0] > 0.5, fabs(y[0] - label) < TP_XOR_TOLERANCE};
    size_t best = 0;
    for (size_t k = 1; k < p->outputs; k++)
        best = y[k] > y[best] ? k : best;
    return (verdict){best, best == label};
}

/* Goes through a part; `confusion` may be NULL. */
static tp_test_outcome evaluate(const tp_classify_plan *p, tp_workspace *w, const tp_part *part,
                                bool test, tp_pass pass, double *confusion) {
    const size_t answers = tp_classify_answers(p);
    size_t right = 0, first_answer = 0;
    double low = INFINITY, high = -INFINITY;
    bool one_answer = true;
    pass.training = false;
    for (size_t i = 0; confusion && i < answers * answers; i++)
        confusion[i] = 0;
    for (size_t i = 0; i < part->count; i += p->batch, pass.batch++) {
        const size_t n = part->count - i < p->batch ? part->count - i : p->batch;
        memcpy(tp_workspace_input(w), part->x + i * p->features, n * p->features * sizeof(double));
        tp_stack_forward(w, &pass, n);
        for (size_t m = 0; m < n; m++) {
            const double *y = tp_workspace_output(w) + m * p->outputs;
            const uint8_t label = tp_classify_label(p, test, i + m);
            const verdict v = judge(p, y, label);
            first_answer = i + m == 0 ? v.answer : first_answer;
            one_answer = one_answer && v.answer == first_answer;
            low = fmin(low, y[0]);
            high = fmax(high, y[0]);
            right += v.right;
            if (confusion)
                confusion[label * answers + v.answer]++;
        }
    }
    return (tp_test_outcome){(double)right / (double)part->count,
                             p->classes ? one_answer : !(high - low >= TP_XOR_TOLERANCE)};
}

typedef struct training_run {
    tp_classify_inputs *inputs;
    const tp_classify_watcher *watcher;
    tp_classified *outcome;
    tp_workspace *workspace;
} training_run;

static tp_pass pass_of(const tp_classify_inputs *in, uint32_t epoch) {
    return (tp_pass){.seed = in->plan->seed, .trial = in->trial, .epoch = epoch};
}

static tp_status epoch_ended(void *context, size_t epoch, double loss, tp_error *error) {
    const training_run *t = context;
    tp_classified *o = t->outcome;
    const tp_classify_watcher *watcher = t->watcher;
    o->loss[epoch] = loss;
    o->accuracy[epoch] = evaluate(t->inputs->plan, t->workspace, &t->inputs->test, true,
                                  pass_of(t->inputs, (uint32_t)epoch), NULL)
                             .accuracy;
    if (epoch + 1 < (size_t)t->inputs->plan->description.training.epochs)
        tp_classify_inputs_draw(t->inputs, (uint32_t)epoch + 1);
    return watcher && watcher->ended
               ? watcher->ended(watcher->context, epoch, loss, o->accuracy[epoch], error)
               : TP_OK;
}

static tp_status train(tp_classify_inputs *in, const tp_classify_watcher *watcher, tp_classified *o,
                       tp_error *error) {
    const tp_classify_plan *p = in->plan;
    const tp_samples samples = {in->train.count, p->features, p->outputs, in->train.x, in->train.y};
    training_run run = {in, watcher, o, NULL};
    const tp_training training = {
        .epochs = (size_t)p->description.training.epochs,
        .batch = p->batch,
        .rate = p->description.training.rate,
        .seed = p->seed,
        .trial = in->trial,
        .loss = p->classes ? &tp_softmax_cross_entropy : &tp_mean_squared_error,
        .ended = epoch_ended,
        .context = &run,
    };
    tp_status status = tp_workspace_create(o->stack, p->batch, &run.workspace, error);
    tp_classify_inputs_draw(in, 0);
    if (status == TP_OK)
        status = tp_train(&training, &samples, o->stack, o->loss, error);
    if (status == TP_OK)
        o->train_accuracy = evaluate(p, run.workspace, &in->train, false,
                                     pass_of(in, (uint32_t)training.epochs - 1), NULL)
                                .accuracy;
    tp_workspace_destroy(&run.workspace);
    return status;
}

/* With an autoencoder of its own: each batch makes a step of both, and what the network would have
 * of its inputs goes on into the encoder. */
typedef struct joint {
    training_run run;
    const tp_loss *loss;
    tp_autoencoder *vae;
    tp_autoencoder_work *work;
    tp_adam adam;
    uint32_t *order;
    double *x, *target, *slope, *beside; /* of a batch */
} joint;

static double joint_batch(joint *j, const tp_pass *pass, size_t first, size_t n) {
    tp_classify_inputs *in = j->run.inputs;
    const tp_classify_plan *p = in->plan;
    tp_workspace *w = j->run.workspace;
    for (size_t k = 0; k < n; k++) {
        const size_t sample = j->order[first + k];
        tp_classify_samples(p, false, sample, 1, j->x + k * p->pixels);
        memcpy(j->target + k * p->outputs, in->train.y + sample * p->outputs,
               p->outputs * sizeof(double));
    }
    tp_autoencoder_draw(j->work, pass, first, n, j->x);
    memcpy(tp_workspace_input(w), j->work->z, n * p->features * sizeof(double));
    tp_stack_forward(w, pass, n);
    const double loss = j->loss->value(n, p->outputs, tp_workspace_output(w), j->target, j->slope);
    tp_stack_backward(w, pass, n, j->slope, j->beside);
    tp_adam_step(&j->adam, w->gradient, j->run.outcome->stack->parameters);
    tp_autoencoder_slopes(j->work, n, j->x, j->beside);
    tp_autoencoder_step(j->work);
    return loss * (double)n;
}

/* What the network is shown of a part, now. */
static void joint_encode(joint *j, bool test, uint32_t epoch) {
    const tp_classify_plan *p = j->run.inputs->plan;
    tp_part *part = test ? &j->run.inputs->test : &j->run.inputs->train;
    tp_pass pass = pass_of(j->run.inputs, epoch);
    pass.training = !test;
    for (size_t i = 0; i < part->count; i += p->batch) {
        const size_t n = part->count - i < p->batch ? part->count - i : p->batch;
        tp_classify_samples(p, test, i, n, j->x);
        tp_autoencoder_draw(j->work, &pass, i, n, j->x);
        memcpy(part->x + i * p->features, j->work->z, n * p->features * sizeof(double));
    }
}

static tp_status joint_epochs(joint *j, tp_error *error) {
    const tp_classify_inputs *in = j->run.inputs;
    const tp_classify_plan *p = in->plan;
    const uint32_t epochs = (uint32_t)p->description.training.epochs;
    tp_status status = TP_OK;
    for (uint32_t epoch = 0; status == TP_OK && epoch < epochs; epoch++) {
        tp_pass pass = pass_of(in, epoch);
        double sum = 0;
        pass.training = true;
        tp_epoch_order(p->seed, in->trial, epoch, p->train_count, j->order);
        for (size_t i = 0; i < p->train_count; i += p->batch, pass.batch++) {
            const size_t left = p->train_count - i;
            sum += joint_batch(j, &pass, i, left < p->batch ? left : p->batch);
        }
        joint_encode(j, true, epoch);
        status = epoch_ended(&j->run, epoch, sum / (double)p->train_count, error);
    }
    if (status == TP_OK) {
        joint_encode(j, false, epochs - 1);
        j->run.outcome->train_accuracy =
            evaluate(p, j->run.workspace, &in->train, false, pass_of(in, epochs - 1), NULL)
                .accuracy;
    }
    return status;
}

static tp_status train_jointly(tp_classify_inputs *in, const tp_classify_watcher *watcher,
                               tp_classified *o, tp_error *error) {
    const tp_classify_plan *p = in->plan;
    const struct tp_classify_encoder *d = &p->description.encoder;
    joint j = {.run = {in, watcher, o, NULL},
               .loss = p->classes ? &tp_softmax_cross_entropy : &tp_mean_squared_error};
    tp_status status = tp_autoencoder_create(p->pixels, (size_t)d->hidden, p->features, p->seed,
                                             in->trial, &j.vae, error);
    if (status == TP_OK)
        status = tp_autoencoder_work_create(j.vae, p->batch, d->joint_rate, &j.work, error);
    if (status == TP_OK)
        status = tp_workspace_create(o->stack, p->batch, &j.run.workspace, error);
    if (status == TP_OK)
        status =
            tp_adam_create(p->description.training.rate, o->stack->parameter_count, &j.adam, error);
    j.x = malloc(p->batch * (p->pixels + 2 * p->outputs + p->features) * sizeof *j.x);
    j.order = malloc(p->train_count * sizeof *j.order);
    if (status == TP_OK && (!j.x || !j.order))
        status = tp_fail_memory(error, "training a network");
    if (status == TP_OK) {
        j.target = j.x + p->batch * p->pixels;
        j.slope = j.target + p->batch * p->outputs;
        j.beside = j.slope + p->batch * p->outputs;
        status = joint_epochs(&j, error);
    }
    free(j.x);
    free(j.order);
    tp_adam_free(&j.adam);
    tp_workspace_destroy(&j.run.workspace);
    tp_autoencoder_work_destroy(&j.work);
    tp_autoencoder_destroy(&j.vae);
    return status;
}

tp_status tp_classify_train(tp_classify_inputs *in, size_t network,
                            const tp_classify_watcher *watcher, tp_classified *o, tp_error *error) {
    const tp_classify_plan *p = in->plan;
    tp_status status =
        tp_layered_stack(&p->networks[network], p->seed, in->trial, &o->stack, error);
    if (status != TP_OK)
        return status;
    if (p->trained) {
        const size_t count = o->stack->parameter_count, row = in->trial - p->first_trial;
        memcpy(o->stack->parameters, p->trained[network].parameters + row * count,
               count * sizeof(double));
        tp_classify_inputs_draw(in, (uint32_t)p->description.training.epochs - 1);
        return TP_OK;
    }
    const struct tp_classify_encoder *encoder = &p->description.encoder;
    status = encoder->kind == TP_ENCODER_VAE && encoder->trained == TP_VAE_JOINT
                 ? train_jointly(in, watcher, o, error)
                 : train(in, watcher, o, error);
    if (status != TP_OK)
        tp_stack_destroy(&o->stack);
    return status;
}

tp_status tp_classify_test(const tp_classify_plan *p, const tp_classify_inputs *in,
                           tp_classified *o, tp_error *error) {
    const struct tp_classify_perturbation *d = &p->description.perturbation;
    const uint32_t last = (uint32_t)p->description.training.epochs - 1;
    const size_t bytes = o->stack->parameter_count * sizeof(double);
    double *kept = malloc(bytes + 1);
    tp_workspace *w = NULL;
    tp_status status = kept ? tp_workspace_create(o->stack, p->batch, &w, error)
                            : tp_fail_memory(error, "testing a network");
    if (status == TP_OK) {
        memcpy(kept, o->stack->parameters, bytes);
        tp_weights_shake(o->stack, d->weight_noise, p->seed, in->trial);
        tp_weights_lose(o->stack, d->weight_loss, p->seed, in->trial);
        o->test = evaluate(p, w, &in->test, true, pass_of(in, last), o->confusion);
        memcpy(o->stack->parameters, kept, bytes);
    }
    tp_workspace_destroy(&w);
    free(kept);
    return status;
}
