/* Requests that are none, to a driver that has others to serve. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/console.h>
#include <tocsin/startup.h>

static tocsin_handle in, out;

/* Asks for input with these bytes, for a buffer of so many. */
static tocsin_status ask(const void *request, uint32_t length, char *to, uint32_t size, tocsin_time deadline)
{
    struct tocsin_message message = {(uint32_t)(uintptr_t)request, length, 0, 0};
    struct tocsin_message buffer = {(uint32_t)(uintptr_t)to, size, 0, 0};
    uint32_t got = 0;
    tocsin_status status = tocsin_channel_call(in, &message, &buffer, deadline, &got, NULL);
    if (status == TOCSIN_OK)
        to[got] = '\0';
    return status;
}

/* A message with as many handles as there can be, each to a channel whose other end is in the next. */
static tocsin_status send_handles(tocsin_handle to, const void *bytes, uint32_t length)
{
    struct tocsin_message_handle handles[16];
    for (int i = 0; i < 16; i += 2) {
        assert(tocsin_channel_create(tocsin_startup()->allocator, 64, 0, &handles[i].handle, &handles[i + 1].handle) == 0);
        handles[i].what = handles[i + 1].what = TOCSIN_TRANSFER_MOVE;
    }
    struct tocsin_message message = {(uint32_t)(uintptr_t)bytes, length, (uint32_t)(uintptr_t)handles, 16};
    struct tocsin_message nothing = {0, 0, 0, 0};
    return tocsin_channel_call(to, &message, &nothing, TOCSIN_FOREVER, NULL, NULL);
}

int main(void)
{
    static char nonsense[TOCSIN_CONSOLE_BYTES + 1];
    char line[64];
    struct tocsin_console_read wanted = {sizeof line - 1}, none = {0}, too_many = {TOCSIN_CONSOLE_BYTES + 1};
    in = tocsin_startup()->console_input;
    out = tocsin_startup()->console_output;

    /* Too short, too long, sizes that cannot be. */
    assert(ask(NULL, 0, line, 63, TOCSIN_FOREVER) == TOCSIN_CANCELED);
    assert(ask(&wanted, 3, line, 63, TOCSIN_FOREVER) == TOCSIN_CANCELED);
    assert(ask(nonsense, 4000, line, 63, TOCSIN_FOREVER) == TOCSIN_CANCELED);
    assert(ask(nonsense, sizeof nonsense, line, 63, TOCSIN_FOREVER) == TOCSIN_OUT_OF_RANGE);
    assert(ask(&none, sizeof none, line, 63, TOCSIN_FOREVER) == TOCSIN_CANCELED);
    assert(ask(&too_many, sizeof too_many, line, 63, TOCSIN_FOREVER) == TOCSIN_CANCELED);
    /* Nobody waits for the answer. */
    struct tocsin_message message = {(uint32_t)(uintptr_t)&wanted, sizeof wanted, 0, 0};
    for (int i = 0; i < 100; i++)
        assert(tocsin_channel_send(in, &message, TOCSIN_FOREVER) == TOCSIN_OK);
    /* Handles, to the reader and to the printer, many times: they are closed. */
    for (int i = 0; i < 200; i++) {
        assert(send_handles(in, nonsense, 4) == TOCSIN_CANCELED);
        assert(send_handles(out, "", 0) == TOCSIN_OK);
    }
    /* Text that is sent, not called. */
    struct tocsin_message text = {(uint32_t)(uintptr_t) "sent\n", 5, 0, 0};
    assert(tocsin_channel_send(out, &text, TOCSIN_FOREVER) == TOCSIN_OK);

    /* A reader that has no time, and one that has no room: the line is there for the next. */
    tocsin_time now;
    assert(tocsin_clock_get(TOCSIN_CLOCK_MONOTONIC, &now) == TOCSIN_OK);
    tocsin_status status = ask(&wanted, sizeof wanted, line, 3, TOCSIN_FOREVER);
    printf("no room: %s\n", status == TOCSIN_BUFFER_TOO_SMALL ? "BUFFER_TOO_SMALL" : "?");
    assert(ask(&wanted, sizeof wanted, line, 63, TOCSIN_FOREVER) == TOCSIN_OK);
    printf("got %s", line);
    assert(ask(&wanted, sizeof wanted, line, 63, TOCSIN_FOREVER) == TOCSIN_OK);
    printf("%s\n", line[0] == '\0' ? "the end" : line);

    /* Whoever gives his handles away prints on all the same. */
    tocsin_handle_close(in);
    tocsin_handle_close(out);
    printf("still here\n");
    return getchar() == EOF && ferror(stdin) ? 0 : 1;
}
