/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL ends the process over an error where no other handler is installed; here what it returns is
 * looked at instead. The handler is the process's, whatever thread asks GSL. */
#ifndef TP_BASE_GSL_ERRORS_H
#define TP_BASE_GSL_ERRORS_H

/* GSL calls no handler from the first of these that has not ended to the end of the last, in
 * whatever threads they are; then the handler is again what it was before. */
void tp_gsl_errors_are_returned(void);
void tp_gsl_errors_are_handled(void);

#endif
