/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the pages of the viewer lie, which Vite builds from viewer/. */
#ifndef TP_CLI_VIEWER_H
#define TP_CLI_VIEWER_H

/* The path of a page of the viewer ("report.html"); the caller frees it. NULL where it is nowhere:
 * then it has said how to get it. */
char *viewer_page(const char *name);

#endif
