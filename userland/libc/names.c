/* Clients of the name server (tocsin/names.h). */
#include <string.h>
#include <tocsin.h>
#include <tocsin/names.h>

/* One request, with a handle or without (0); one may come back. */
static tocsin_status ask(tocsin_handle names, uint32_t operation, const char *name, tocsin_handle sent, tocsin_handle *got)
{
    struct tocsin_names_request request = {.operation = operation};
    struct tocsin_names_reply reply = {TOCSIN_OK};
    struct tocsin_message_handle giving = {sent, TOCSIN_TRANSFER_MOVE}, given = {0, 0};
    size_t length = strlen(name);
    if (length <= sizeof request.name)
        memcpy(request.name, name, length);
    struct tocsin_message message = {(uint32_t)(uintptr_t)&request, sizeof request, (uint32_t)(uintptr_t)&giving, sent != 0};
    struct tocsin_message answer = {(uint32_t)(uintptr_t)&reply, sizeof reply, (uint32_t)(uintptr_t)&given, 1};
    uint32_t bytes = 0, handles = 0;
    tocsin_status status = tocsin_channel_call(names, &message, &answer, TOCSIN_FOREVER, &bytes, &handles);
    if (status != TOCSIN_OK)
        return status;
    int is_expected = bytes == sizeof reply && handles == (got != NULL && reply.status == TOCSIN_OK);
    if (handles == 1 && (got == NULL || !is_expected))
        tocsin_handle_close(given.handle);
    if (!is_expected)
        return TOCSIN_IO_DATA_INTEGRITY; /* whoever answered is no name server */
    if (handles == 1)
        *got = given.handle;
    return reply.status;
}

tocsin_status tocsin_names_register(tocsin_handle names, const char *name, tocsin_handle object)
{
    tocsin_status status = ask(names, TOCSIN_NAMES_REGISTER, name, object, NULL);
    /* A message that was refused at once has left it with the caller. */
    if (status != TOCSIN_OK)
        tocsin_handle_close(object);
    return status;
}

tocsin_status tocsin_names_look_up(tocsin_handle names, const char *name, tocsin_handle *object)
{
    *object = 0;
    return ask(names, TOCSIN_NAMES_LOOK_UP, name, 0, object);
}

tocsin_status tocsin_names_take_back(tocsin_handle names, const char *name)
{
    return ask(names, TOCSIN_NAMES_TAKE_BACK, name, 0, NULL);
}
