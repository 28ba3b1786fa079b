/* A client of the name server that asks for what it must not have, and for what nobody can. Its rules let it have "mine". */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/names.h>
#include <tocsin/startup.h>

static tocsin_handle names;

/* What the server says to these bytes with so many handles. */
static tocsin_status say(const void *bytes, uint32_t length, unsigned handle_count)
{
    struct tocsin_message_handle handles[16];
    struct tocsin_names_reply reply = {TOCSIN_OK};
    for (unsigned i = 0; i < handle_count; i++) {
        assert(tocsin_timer_create(tocsin_startup()->allocator, &handles[i].handle) == TOCSIN_OK);
        handles[i].what = TOCSIN_TRANSFER_MOVE;
    }
    struct tocsin_message message = {(uint32_t)(uintptr_t)bytes, length, (uint32_t)(uintptr_t)handles, handle_count};
    struct tocsin_message answer = {(uint32_t)(uintptr_t)&reply, sizeof reply, 0, 0};
    tocsin_status status = tocsin_channel_call(names, &message, &answer, TOCSIN_FOREVER, NULL, NULL);
    return status == TOCSIN_OK ? reply.status : status;
}

static tocsin_handle new_timer(uint32_t rights)
{
    tocsin_handle timer, with_rights;
    assert(tocsin_timer_create(tocsin_startup()->allocator, &timer) == TOCSIN_OK);
    assert(tocsin_handle_replace(timer, rights, &with_rights) == TOCSIN_OK);
    return with_rights;
}

int main(int argc, char **argv)
{
    static struct tocsin_names_request request;
    static char large[1000];
    tocsin_handle found;
    char name[TOCSIN_NAMES_BYTES + 2];
    assert(argc == 2);
    names = (tocsin_handle)atoi(argv[1]);

    /* No request at all. */
    assert(say("", 0, 0) == TOCSIN_INVALID_ARGS);
    assert(say("nonsense", 8, 0) == TOCSIN_INVALID_ARGS);
    assert(say(large, sizeof large, 16) == TOCSIN_INVALID_ARGS);
    for (uint32_t operation = 0; operation < 6; operation++) {
        /* An empty name; a name with a space; something behind the name; handles where none belongs, and none where one does. */
        request = (struct tocsin_names_request){.operation = operation};
        assert(say(&request, sizeof request, operation == TOCSIN_NAMES_REGISTER) == TOCSIN_INVALID_ARGS);
        strcpy(request.name, "mine too");
        assert(say(&request, sizeof request, operation == TOCSIN_NAMES_REGISTER) == TOCSIN_INVALID_ARGS);
        memcpy(request.name, "mine\0ours", 9);
        assert(say(&request, sizeof request, operation == TOCSIN_NAMES_REGISTER) == TOCSIN_INVALID_ARGS);
        memset(request.name, 0, sizeof request.name);
        strcpy(request.name, "mine");
        assert(say(&request, sizeof request, operation != TOCSIN_NAMES_REGISTER) == TOCSIN_INVALID_ARGS);
        assert(say(&request, sizeof request, 2) == TOCSIN_INVALID_ARGS);
    }
    /* A request that waits for no answer. */
    struct tocsin_message message = {(uint32_t)(uintptr_t)&request, sizeof request, 0, 0};
    assert(tocsin_channel_send(names, &message, TOCSIN_FOREVER) == TOCSIN_OK);

    /* Names of others. */
    assert(tocsin_names_look_up(names, "weather/outside", &found) == TOCSIN_ACCESS_DENIED && found == 0);
    assert(tocsin_names_register(names, "weather/outside", new_timer(TOCSIN_SAME_RIGHTS)) == TOCSIN_ACCESS_DENIED);
    assert(tocsin_names_take_back(names, "weather/outside") == TOCSIN_ACCESS_DENIED);
    assert(tocsin_names_take_back(names, "shared") == TOCSIN_ACCESS_DENIED);
    assert(tocsin_names_register(names, "shared", new_timer(TOCSIN_SAME_RIGHTS)) == TOCSIN_ALREADY_BOUND);
    assert(tocsin_names_look_up(names, "shared", &found) == TOCSIN_OK);
    assert(tocsin_handle_close(found) == TOCSIN_OK);

    /* Names that are too long, and the longest. */
    memset(name, 'm', sizeof name);
    memcpy(name, "mine", 4);
    name[TOCSIN_NAMES_BYTES + 1] = '\0';
    assert(tocsin_names_register(names, name, new_timer(TOCSIN_SAME_RIGHTS)) == TOCSIN_INVALID_ARGS);
    name[TOCSIN_NAMES_BYTES] = '\0';
    assert(tocsin_names_register(names, name, new_timer(TOCSIN_SAME_RIGHTS)) == TOCSIN_OK);
    assert(tocsin_names_look_up(names, name, &found) == TOCSIN_OK);
    assert(tocsin_names_take_back(names, name) == TOCSIN_OK);
    assert(tocsin_names_look_up(names, name, &found) == TOCSIN_NOT_FOUND);
    assert(tocsin_names_take_back(names, name) == TOCSIN_NOT_FOUND);

    /* A handle that cannot be handed on. */
    assert(tocsin_names_register(names, "mine", new_timer(TOCSIN_RIGHT_TRANSFER | TOCSIN_RIGHT_INSPECT)) == TOCSIN_ACCESS_DENIED);

    /* A flood: so many names, and no more; and the same ones again and again. */
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 30; i++) {
            snprintf(name, sizeof name, "mine/%d", i);
            tocsin_status status = tocsin_names_register(names, name, new_timer(TOCSIN_SAME_RIGHTS));
            assert(status == (i < TOCSIN_NAMES_EACH_MAX ? TOCSIN_OK : TOCSIN_NO_RESOURCES));
        }
    }
    /* It ends without taking anything back. */
    return 0;
}
