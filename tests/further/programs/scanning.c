/*
 * Reads thousands of generated texts with generated formats, and prints for each what sscanf returned and the bytes that it
 * stored. Compiled for the host and for Tocsin, the output has to be the same byte for byte.
 *
 * Left out is where glibc is known not to follow the standard: numbers that are cut short behind what could go on (`1e`, `0x`), and
 * `%5c` where there are fewer characters.
 * `l` and `z` are left out of integers, because long has 64 bits on most hosts.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SLOTS 6
#define SLOT_BYTES 48

static uint64_t state = 0x2545f4914f6cdd1du;

static uint32_t next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static unsigned below(unsigned bound)
{
    return next() % bound;
}

static char *add(char *at, const char *text)
{
    strcpy(at, text);
    return at + strlen(text);
}

/* Digits with what may stand before them; seldom more than a word holds. */
static char *number(char *at, const char *digits)
{
    unsigned length = below(8) == 0 ? 1 + below(30) : 1 + below(9);
    if (below(3) == 0)
        *at++ = "+-"[below(2)];
    while (length-- > 0)
        *at++ = digits[below((unsigned)strlen(digits))];
    return at;
}

static char *floating(char *at)
{
    at = number(at, "0123456789");
    if (below(2)) {
        *at++ = '.';
        for (unsigned length = below(12); length > 0; length--)
            *at++ = (char)('0' + below(10));
    }
    if (below(3) == 0)
        at += sprintf(at, "e%d", (int)below(80) - 40);
    return at;
}

/* Without e and x: behind a number they would be part of it. */
static char *word(char *at)
{
    for (unsigned length = 1 + below(10); length > 0; length--)
        *at++ = "abcdfgh,.;:[]"[below(13)];
    return at;
}

/* A directive, and most times a text that it fits. */
static void pair(char **format, char **text)
{
    static const char *const integers[] = {"d", "i", "u", "o", "x", "X", "hd", "hhu", "lld", "llx", "hho"};
    static const char *const floats[] = {"f", "e", "g", "lf", "lg"};
    static const char *const sets[] = {"s", "[abcdef]", "[^abcd]", "[a-f]", "[]a]", "[^]]", "c"};
    char *f = *format, *t = *text;
    unsigned kind = below(10);
    if (kind == 0) {
        f = add(f, below(2) ? " " : "\n ");
        t = add(t, below(2) ? "" : " \t");
    } else if (kind == 1) {
        static const char *const literals[] = {"a", ",", "-", "%%"};
        unsigned which = below(4);
        f = add(f, literals[which]);
        if (below(5) > 0)
            t = add(t, which == 3 ? "%" : literals[which]);
    } else if (kind == 2) {
        f = add(f, "%n");
    } else {
        *f++ = '%';
        if (below(6) == 0)
            *f++ = '*';
        if (kind < 6) {
            if (below(4) == 0)
                f += sprintf(f, "%u", 1 + below(12));
            f = add(f, integers[below(11)]);
            t = below(8) ? number(t, below(2) ? "0123456789" : "01234567") : word(t);
        } else if (kind == 6) {
            f = add(f, floats[below(5)]);
            t = add(below(8) ? floating(t) : word(t), " ");
        } else {
            unsigned set = below(7);
            if (set < 6 && below(3) == 0)
                f += sprintf(f, "%u", 1 + below(12));
            f = add(f, sets[set]);
            t = word(t);
        }
        if (below(3))
            *t++ = ' ';
    }
    *f = '\0';
    *t = '\0';
    *format = f;
    *text = t;
}

int main(void)
{
    static unsigned char slots[SLOTS][SLOT_BYTES];
    for (int number_of_case = 0; number_of_case < 20000; number_of_case++) {
        char format[200], text[400], *f = format, *t = text;
        memset(slots, 0xa5, sizeof slots);
        format[0] = text[0] = '\0';
        if (below(5) == 0)
            t = add(t, "  ");
        for (unsigned pairs = 1 + below(SLOTS); pairs > 0; pairs--)
            pair(&f, &t);
        unsigned cut = below((unsigned)strlen(text) + 1);
        if (below(6) == 0 && cut > 0 && strchr("e+-", text[cut - 1]) == NULL)
            text[cut] = '\0';
        int stored = sscanf(text, format, slots[0], slots[1], slots[2], slots[3], slots[4], slots[5]);
        printf("%d \"%s\" \"%s\": %d", number_of_case, format, text, stored);
        for (int slot = 0; slot < SLOTS; slot++) {
            printf(" ");
            for (int i = 0; i < 12; i++)
                printf("%02x", slots[slot][i]);
        }
        printf("\n");
    }
    return 0;
}
