/* Streams: no input, output of any size, bytes as they are, counts and errors as the standard says. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char large[5000];

int main(void)
{
    char line[10];
    assert(getchar() == EOF && fgets(line, sizeof line, stdin) == NULL && feof(stdin));
    memset(large, 'x', sizeof large);
    large[sizeof large - 1] = '\n';
    assert(fwrite(large, 1, sizeof large, stdout) == sizeof large);
    assert(fwrite("\0\x01\xff\n", 1, 4, stdout) == 4);
    assert(puts("line") >= 0 && putchar('p') == 'p' && fputs("ut\n", stdout) >= 0);
    assert(printf("%s\n", "five") == 5);
    fflush(stdout);
    fprintf(stderr, "to the other stream\n");
    char *made;
    assert(asprintf(&made, "%s %d", "made", 1) == 6 && strcmp(made, "made 1") == 0);
    free(made);
    assert(write(1, "written\n", 8) == 8 && write(7, "x", 1) == -1 && errno == EBADF);
    errno = EINVAL;
    perror("why");
    assert(setvbuf(stdout, NULL, _IOFBF, BUFSIZ) == 0);
    printf("kept\n");
    fprintf(stderr, "first\n");
    return 0;
}
