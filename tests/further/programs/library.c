/*
 * Calls the rest of the library with thousands of generated arguments and prints what it answers: numbers from text, string
 * functions, sorting and searching. Compiled for the host and for Tocsin, the output has to be the same byte for byte.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static uint64_t state = 88172645463325252u;

static uint32_t next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

static unsigned below(unsigned bound)
{
    return (uint32_t)(((uint64_t)next() * bound) >> 32);
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void print_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    printf("%016llx", (unsigned long long)bits);
}

/* Text that is nearly a number. */
static const char *number_text(void)
{
    static char text[1200];
    static const char *const whole[] = {"0x1p-1074", "0x1.8p-1075", "0x1p-1075", "0x1.fffffffffffff8p1023", "1e309", "-1e-400",
        "inf", "-Infinity", "0x", "0x.8", "0xg", "1e", "1e+", ".", "-", ".5.5", "4.9406564584124654e-324", "2.4703282292062327e-324",
        "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
        "2.2250738585072011e-308", "2.2250738585072014e-308", "9007199254740993", "9007199254740992.5000000000000000000001",
        "0.500000000000000166533453693773481063544750213623046875", "  12", "\t\n-7", "+ 1", "0b1", "08", "18446744073709551616",
        "9223372036854775808", "-9223372036854775809", "-18446744073709551615", "z", "-0", "0e99999999999", "1e-99999999999"};
    if (below(8) == 0)
        return whole[below(sizeof whole / sizeof whole[0])];
    char *at = text;
    for (unsigned i = below(3); i > 0; i--)
        *at++ = " \t\n"[below(3)];
    if (below(3) == 0)
        *at++ = "+-"[below(2)];
    if (below(5) == 0)
        at += sprintf(at, "0x");
    unsigned digits = below(10) == 0 ? below(900) : below(25);
    const char *set = below(4) == 0 ? "0123456789abcdefXZ" : "0123456789";
    unsigned point = below(2) ? below(digits + 1) : 1000;
    for (unsigned i = 0; i < digits; i++) {
        if (i == point)
            *at++ = '.';
        *at++ = set[below((unsigned)strlen(set))];
    }
    if (below(2) == 0) {
        *at++ = "eEpP"[below(4)];
        at += sprintf(at, "%d", (int)below(700) - 350);
    }
    *at = '\0';
    return text;
}

static void numbers(void)
{
    const char *text = number_text();
    char *end;
    int base = below(3) == 0 ? (int)below(40) - 1 : below(2) ? 10 : 0;
    errno = 0;
    long long whole = strtoll(text, &end, base);
    /* With a base that is none, the standard leaves `end` alone. */
    int stop = base < 0 || base == 1 || base > 36 ? -1 : (int)(end - text);
    printf("%lld %d %d ", whole, stop, errno == ERANGE);
    errno = 0;
    unsigned long long natural = strtoull(text, &end, base);
    printf("%llu %d ", natural, errno == ERANGE);
    errno = 0;
    double value = strtod(text, &end);
    print_bits(value);
    /* Subnormal results: when ERANGE is told is the library's choice. */
    int tells = value == 0 || value > 1e-300 || value < -1e-300;
    printf(" %d %d | %s\n", (int)(end - text), tells ? errno == ERANGE : 0, text);
    print_bits((double)strtof("1.25", NULL));
    printf(" %d\n", atoi("  -123 rest"));
}

static void fill(char *text, unsigned length, const char *set)
{
    unsigned size = (unsigned)strlen(set);
    for (unsigned i = 0; i < length; i++)
        text[i] = set[below(size)];
    text[length] = '\0';
}

static long place(const void *found, const void *start)
{
    return found == NULL ? -1 : (long)((const char *)found - (const char *)start);
}

static void strings(void)
{
    char a[80], b[80], set[6], copy[200];
    fill(a, below(70), "abcAB ,");
    fill(b, below(70), "abcAB ,");
    if (below(3) == 0)
        strncpy(b, a, below(70));
    fill(set, below(5), "abc,");
    int c = set[0];
    unsigned n = below(80);
    printf("%d %d %d %d %d ", sign(strcmp(a, b)), sign(strncmp(a, b, n)), sign(strcasecmp(a, b)), sign(strncasecmp(a, b, n)),
           sign(memcmp(a, b, n < 60 && strlen(a) > n && strlen(b) > n ? n : 0)));
    printf("%ld %ld %ld %ld ", place(strchr(a, c), a), place(strrchr(a, c), a), place(strstr(a, set), a), place(strpbrk(a, set), a));
    printf("%d %d %d %d ", (int)strlen(a), (int)strnlen(a, n), (int)strspn(a, set), (int)strcspn(a, set));
    printf("%ld ", place(memchr(a, c, strlen(a)), a));
    memset(copy, '#', sizeof copy);
    strncpy(copy + below(9), a, n);
    copy[150] = '\0';
    strncat(copy, b, n % 20);
    strcat(copy, set);
    for (int i = 0; i < 150; i++)
        if (copy[i] == '\0')
            copy[i] = '0';
    printf("%s ", copy);
    unsigned from = below(60), to = below(60), length = below(80);
    memmove(copy + to, copy + from, length);
    from = below(100);
    length = below(30);
    memset(copy + from, '!', length);
    memcpy(copy + below(20), b, strlen(b));
    printf("%s|", copy);
    char *rest;
    for (char *word = strtok_r(a, set, &rest); word != NULL; word = strtok_r(NULL, set, &rest))
        printf("<%s>", word);
    printf("\n");
}

static int compare_ints(const void *left, const void *right)
{
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

static int compare_bytes(const void *left, const void *right)
{
    return memcmp(left, right, 3);
}

static void sorting(void)
{
    static int numbers[500];
    static unsigned char triples[3 * 300];
    unsigned count = below(500), bound = 1 + below(below(2) ? 10 : 100000);
    for (unsigned i = 0; i < count; i++)
        numbers[i] = (int)below(bound) - 5;
    qsort(numbers, count, sizeof numbers[0], compare_ints);
    for (unsigned i = 0; i < count; i += 7)
        printf("%d ", numbers[i]);
    int key = (int)below(bound) - 5;
    printf("%d ", bsearch(&key, numbers, count, sizeof numbers[0], compare_ints) != NULL);
    count = below(300);
    for (unsigned i = 0; i < 3 * count; i++)
        triples[i] = (unsigned char)below(4);
    qsort(triples, count, 3, compare_bytes);
    for (unsigned i = 0; i < 3 * count; i += 10)
        printf("%d", triples[i]);
    printf("\n");
}

static void characters(void)
{
    for (int c = -1; c < 128; c++)
        printf("%d%d%d%d%d%d%d%d%d%d%d%d %d %d\n", !!isalnum(c), !!isalpha(c), !!isblank(c), !!iscntrl(c), !!isdigit(c), !!isgraph(c),
               !!islower(c), !!isprint(c), !!ispunct(c), !!isspace(c), !!isupper(c), !!isxdigit(c), tolower(c), toupper(c));
}

static void messages(void)
{
    static const int numbers[] = {0, EPERM, EINTR, EAGAIN, ENOMEM, EBUSY, EINVAL, EDOM, ERANGE, EDEADLK, ENOSYS, ETIMEDOUT, ENOTSUP, 9999};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        printf("%d %s\n", numbers[i], strerror(numbers[i]));
    div_t quotient = div(-7, 2);
    lldiv_t longer = lldiv(-7000000000000, 3);
    printf("%d %d %lld %lld %d %lld\n", quotient.quot, quotient.rem, longer.quot, longer.rem, abs(-5), llabs(-5000000000));
}

int main(void)
{
    for (int i = 0; i < 8000; i++)
        numbers();
    for (int i = 0; i < 3000; i++)
        strings();
    for (int i = 0; i < 300; i++)
        sorting();
    characters();
    messages();
    return 0;
}
