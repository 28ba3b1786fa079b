/* Adds the numbers of its standard input, one a line. */
#include <stdio.h>
#include <stdlib.h>

int sum;

void add(int number)
{
    sum += number;
}

int main(void)
{
    char line[80];
    while (fgets(line, sizeof line, stdin) != NULL)
        add(atoi(line));
    printf("sum %d\n", sum);
    return sum & 0x7f;
}
