/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves one page and one file to browsers on this machine, to those alone that know its address.
 */
#ifndef TP_CLI_SERVER_H
#define TP_CLI_SERVER_H

#include <stddef.h>

typedef struct server server;

enum { SERVER_ADDRESS_ROOM = 100 };

/* Listens on 127.0.0.1 at `port` (0: one that is free). The page is at the address, the file at
 * `record` beside it; both must stay until the server stops. NULL, with errno, where it cannot
 * listen or the file cannot be opened. */
server *server_start(unsigned short port, const char *page, size_t page_length, const char *file);

/* "http://127.0.0.1:PORT/TOKEN/", with a token that cannot be guessed. */
const char *server_address(const server *of);

void server_stop(server **of);

#endif
