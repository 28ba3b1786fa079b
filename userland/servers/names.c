/*
 * The name server: holds handles under names, and hands out copies of them. The protocol stands in tocsin/names.h.
 *
 *     names CHANNEL RULE…
 *
 * CHANNEL is the number of the handle at which requests are received. A rule says what a badge may do with which names:
 * BADGE:OPERATIONS:NAME, where BADGE is a number or * for everyone, OPERATIONS are r (register, take back) and l (look up), and
 * NAME may end with * for all that begin so. What no rule allows is denied.
 *
 *     names 9 '1:r:weather*' '*:l:weather*'
 *
 * Everything that it holds is bounded, and every request is answered with a status. When its last client has gone, it ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/names.h>

#define HANDLES_MAX 16
#define RULES_MAX 32

struct rule {
    int is_for_all;
    uint32_t badge;
    int may_register;
    int may_look_up;
    const char *name;
};

static struct rule rules[RULES_MAX];
static unsigned rule_count;

struct entry {
    tocsin_handle handle; /* 0: free */
    uint32_t owner;
    char name[TOCSIN_NAMES_BYTES];
};

static struct entry entries[TOCSIN_NAMES_MAX];

/* Whether the text is a rule. */
static int parse_rule(const char *text, struct rule *rule)
{
    char *end;
    rule->is_for_all = *text == '*';
    rule->badge = rule->is_for_all ? 0 : (uint32_t)strtoul(text, &end, 0);
    if (rule->is_for_all)
        end = (char *)text + 1;
    if (end == text || *end != ':')
        return 0;
    const char *operations = end + 1, *separator = strchr(operations, ':');
    if (separator == NULL || strspn(operations, "rl") != (size_t)(separator - operations))
        return 0;
    rule->may_register = memchr(operations, 'r', (size_t)(separator - operations)) != NULL;
    rule->may_look_up = memchr(operations, 'l', (size_t)(separator - operations)) != NULL;
    rule->name = separator + 1;
    return *rule->name != '\0';
}

static int fits(const char *pattern, const char *name)
{
    size_t length = strlen(pattern);
    if (pattern[length - 1] == '*')
        return strncmp(pattern, name, length - 1) == 0;
    return length <= TOCSIN_NAMES_BYTES && strncmp(pattern, name, TOCSIN_NAMES_BYTES) == 0;
}

static int is_allowed(uint32_t badge, const struct tocsin_names_request *request)
{
    for (const struct rule *rule = rules; rule < rules + rule_count; rule++) {
        int may = request->operation == TOCSIN_NAMES_LOOK_UP ? rule->may_look_up : rule->may_register;
        if (may && (rule->is_for_all || rule->badge == badge) && fits(rule->name, request->name))
            return 1;
    }
    return 0;
}

/* Printable characters, then zeros. */
static int is_name(const char *name)
{
    unsigned length = 0;
    while (length < TOCSIN_NAMES_BYTES && name[length] > ' ' && name[length] <= '~')
        length++;
    for (unsigned i = length; i < TOCSIN_NAMES_BYTES; i++)
        if (name[i] != '\0')
            return 0;
    return length > 0;
}

static struct entry *find(const char *name)
{
    for (struct entry *entry = entries; entry < entries + TOCSIN_NAMES_MAX; entry++)
        if (entry->handle != 0 && memcmp(entry->name, name, TOCSIN_NAMES_BYTES) == 0)
            return entry;
    return NULL;
}

/* A place for another name of this owner, or NULL. */
static struct entry *new_entry(uint32_t owner)
{
    struct entry *unused = NULL;
    unsigned owned = 0;
    for (struct entry *entry = entries; entry < entries + TOCSIN_NAMES_MAX; entry++) {
        if (entry->handle == 0)
            unused = entry;
        else
            owned += entry->owner == owner;
    }
    return owned < TOCSIN_NAMES_EACH_MAX ? unused : NULL;
}

/* Can what was sent be handed out? */
static int is_for_others(tocsin_handle handle)
{
    struct tocsin_info_handle info;
    uint32_t needed = TOCSIN_RIGHT_DUPLICATE | TOCSIN_RIGHT_TRANSFER;
    return tocsin_object_info(handle, TOCSIN_INFO_HANDLE, &info, sizeof info, NULL) == TOCSIN_OK &&
           (info.rights & needed) == needed;
}

/* Keeps the handle if the status is OK. */
static tocsin_status enter(uint32_t badge, const char *name, tocsin_handle handle)
{
    struct entry *entry = find(name);
    if (entry != NULL && entry->owner != badge)
        return TOCSIN_ALREADY_BOUND;
    if (!is_for_others(handle))
        return TOCSIN_ACCESS_DENIED;
    if (entry == NULL)
        entry = new_entry(badge);
    if (entry == NULL)
        return TOCSIN_NO_RESOURCES;
    if (entry->handle != 0)
        tocsin_handle_close(entry->handle);
    entry->handle = handle;
    entry->owner = badge;
    memcpy(entry->name, name, TOCSIN_NAMES_BYTES);
    return TOCSIN_OK;
}

static tocsin_status remove_entry(uint32_t badge, const char *name)
{
    struct entry *entry = find(name);
    if (entry == NULL)
        return TOCSIN_NOT_FOUND;
    if (entry->owner != badge)
        return TOCSIN_ACCESS_DENIED;
    tocsin_handle_close(entry->handle);
    entry->handle = 0;
    return TOCSIN_OK;
}

/*
 * Carries a request out. `handle` is what came with it, 0 for nothing: it is set to 0 if it was kept. `found` is a handle to be
 * handed out, 0 for none.
 */
static tocsin_status carry_out(const struct tocsin_names_request *request, uint32_t badge, tocsin_handle *handle,
                               tocsin_handle *found)
{
    int carries_one = request->operation == TOCSIN_NAMES_REGISTER;
    if (request->operation < TOCSIN_NAMES_REGISTER || request->operation > TOCSIN_NAMES_TAKE_BACK)
        return TOCSIN_INVALID_ARGS;
    if (!is_name(request->name) || carries_one != (*handle != 0))
        return TOCSIN_INVALID_ARGS;
    if (!is_allowed(badge, request))
        return TOCSIN_ACCESS_DENIED;
    if (request->operation == TOCSIN_NAMES_TAKE_BACK)
        return remove_entry(badge, request->name);
    if (request->operation == TOCSIN_NAMES_REGISTER) {
        tocsin_status status = enter(badge, request->name, *handle);
        if (status == TOCSIN_OK)
            *handle = 0;
        return status;
    }
    struct entry *entry = find(request->name);
    if (entry == NULL)
        return TOCSIN_NOT_FOUND;
    *found = entry->handle;
    return TOCSIN_OK;
}

static void serve(tocsin_handle channel)
{
    struct {
        struct tocsin_names_request request;
        char end; /* for fits: the name ends in any case */
    } received;
    struct tocsin_message_handle handles[HANDLES_MAX];
    struct tocsin_message buffer = {(uint32_t)(uintptr_t)&received.request, sizeof received.request,
                                    (uint32_t)(uintptr_t)handles, HANDLES_MAX};
    uint32_t bytes, handle_count, badge;
    tocsin_handle reply;
    received.end = '\0';
    while (tocsin_channel_receive(channel, &buffer, TOCSIN_RECEIVE_TRUNCATE, TOCSIN_FOREVER, &bytes, &handle_count, &reply,
                                  &badge) == TOCSIN_OK) {
        struct tocsin_names_reply answer = {TOCSIN_INVALID_ARGS};
        tocsin_handle found = 0;
        if (bytes == sizeof received.request && handle_count <= 1) {
            tocsin_handle sent = handle_count == 1 ? handles[0].handle : 0;
            answer.status = carry_out(&received.request, badge, &sent, &found);
            if (handle_count == 1)
                handles[0].handle = sent;
        }
        for (uint32_t i = 0; i < handle_count; i++)
            if (handles[i].handle != 0)
                tocsin_handle_close(handles[i].handle);
        if (reply == 0)
            continue;
        struct tocsin_message_handle handed = {found, TOCSIN_TRANSFER_COPY};
        struct tocsin_message message = {(uint32_t)(uintptr_t)&answer, sizeof answer, (uint32_t)(uintptr_t)&handed, found != 0};
        /* Whether the client can take it is its own business. */
        if (tocsin_channel_reply(reply, &message) == TOCSIN_BAD_HANDLE) {
            /* It was revoked behind our back. */
            answer.status = TOCSIN_NOT_FOUND;
            message.handle_count = 0;
            tocsin_channel_reply(reply, &message);
        }
    }
}

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long channel = argc > 1 ? strtoul(argv[1], &end, 0) : 0;
    if (channel == 0 || *end != '\0' || argc - 2 > RULES_MAX) {
        fprintf(stderr, "usage: names CHANNEL RULE... (at most %d rules)\n", RULES_MAX);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        if (!parse_rule(argv[i], &rules[rule_count++])) {
            fprintf(stderr, "names: %s: no rule (BADGE:OPERATIONS:NAME)\n", argv[i]);
            return 2;
        }
    }
    serve((tocsin_handle)channel);
    return 0;
}
