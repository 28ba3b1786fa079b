/*
 * The protocol of the name server (servers/names.c), and calls for its clients. A client has a handle to the server's channel;
 * the badge of that handle is who it is. Which badge may register or look up which names is given to the server when it starts.
 *
 * A name has 1 to TOCSIN_NAMES_BYTES printable characters. It belongs to the badge that registered it: the same badge may register it
 * again, with another handle instead of the first, or take it back; nobody else may.
 */
#ifndef TOCSIN_NAMES_H
#define TOCSIN_NAMES_H

#include <tocsin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TOCSIN_NAMES_BYTES 24
/* Names that the server holds, and how many of them may be one badge's. */
#define TOCSIN_NAMES_MAX 64
#define TOCSIN_NAMES_EACH_MAX 16

enum { TOCSIN_NAMES_REGISTER = 1, TOCSIN_NAMES_LOOK_UP = 2, TOCSIN_NAMES_TAKE_BACK = 3 };

/* A request, sent with channel_call; REGISTER carries one handle. */
struct tocsin_names_request {
    uint32_t operation;
    /* Zeros behind the name. */
    char name[TOCSIN_NAMES_BYTES];
};

/* The reply; that to LOOK_UP carries one handle where the status is OK. */
struct tocsin_names_reply {
    tocsin_status status;
};

/*
 * What all three give: ACCESS_DENIED where no rule allows it, INVALID_ARGS for what is no name, or what the call to the server
 * came to (PEER_CLOSED: there is none).
 */

/*
 * Gives the server a handle, which is gone from the caller whatever comes of it. Others get copies with the same rights, so it
 * needs DUPLICATE and TRANSFER. ALREADY_BOUND: the name is somebody else's. NO_RESOURCES: there are too many names.
 */
tocsin_status tocsin_names_register(tocsin_handle names, const char *name, tocsin_handle object);
/* A handle of the caller's to what has that name. NOT_FOUND: nothing has. */
tocsin_status tocsin_names_look_up(tocsin_handle names, const char *name, tocsin_handle *object);
/* Nobody finds it any more; who has looked it up keeps the handle. NOT_FOUND: nothing has that name. */
tocsin_status tocsin_names_take_back(tocsin_handle names, const char *name);

#ifdef __cplusplus
}
#endif
#endif
