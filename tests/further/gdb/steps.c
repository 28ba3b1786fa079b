/* Functions, variables, a structure: something to step through. Ends with 42. */
#include <stdio.h>
#include <stdlib.h>

struct point {
    int x, y;
};

int global = 7;
volatile int watched;
struct point points[3];
const char *text = "some text";

int square(int x)
{
    int result = x * x;
    return result;
}

int factorial(int n)
{
    if (n <= 1)
        return 1;
    return n * factorial(n - 1);
}

void fill(void)
{
    for (int i = 0; i < 3; i++) {
        points[i].x = i;
        points[i].y = square(i);
    }
}

int main(int argc, char **argv)
{
    int local = argc;
    watched = 1;
    fill();
    watched = 2;
    local += factorial(5);
    printf("%d %d %s\n", argc, local, argc > 1 ? argv[1] : "");
    int read_back = watched;
    global += read_back;
    return argc > 1 ? atoi(argv[1]) : 42;
}
