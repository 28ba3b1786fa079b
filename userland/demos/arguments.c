/*
 * What a program gets from outside: `tocsin run arguments.c -- one "two three"`.
 *
 * You should see each argument on a line of its own, the program's name first. The exit status is the number of arguments
 * after the name.
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    return argc - 1;
}
