#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum colour { RED, GREEN = 5, BLUE };

struct point {
    int x;
    int y;
};

struct shape {
    const char *name;
    enum colour colour;
    struct point corners[3];
    unsigned is_filled : 1;
    unsigned layer : 7;
    struct shape *next;
};

typedef struct shape shape_t;

union word {
    unsigned bits;
    float real;
    unsigned char bytes[4];
};

static int counter;
const double ratio = 1.5;
long long big = -5000000000LL;

static inline int square(int value)
{
    int result = value * value;
    return result;
}

static int recurse(int depth, int *total)
{
    int local = depth * 3;
    counter++;
    if (depth == 0) {
        *total += local;
        return *total;
    }
    *total += square(depth);
    int below = recurse(depth - 1, total);
    return below + local;
}

__attribute__((noinline)) int area(const shape_t *shape)
{
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        const struct point *corner = &shape->corners[i];
        sum += corner->x * corner->y;
    }
    return sum;
}

int main(int argc, char **argv)
{
    shape_t first = { "first", BLUE, { { 1, 2 }, { 3, 4 }, { 5, 6 } }, 1, 9, 0 };
    union word word = { .bits = 0x3f800000 };
    char text[16];
    int total = argc;
    first.next = &first;
    strcpy(text, "hello");
    int deep = recurse(4, &total);
    int covered = area(&first);
    printf("%d %d %s %u\n", deep, covered, text, word.bits);
    return counter + (argv == NULL);
}
