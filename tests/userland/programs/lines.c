/* Reads numbered lines until the end of input, then asks again: the end stays. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    for (int number = 1; (length = getline(&line, &size, stdin)) != -1; number++)
        printf("%d (%ld bytes): %.20s%s", number, (long)length, line, line[length - 1] == '\n' && length <= 20 ? "" : "\n");
    printf("end %d, again %d\n", feof(stdin), getchar());
    return 0;
}
