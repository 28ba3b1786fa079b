/* C11 7.24.5: finding characters, sets of characters and strings in strings. */
#include <string.h>

char *strchr(const char *text, int c)
{
    for (;; text++) {
        if (*text == (char)c)
            return (char *)text;
        if (*text == '\0')
            return NULL;
    }
}

char *strrchr(const char *text, int c)
{
    const char *found = NULL;
    for (;; text++) {
        if (*text == (char)c)
            found = text;
        if (*text == '\0')
            return (char *)found;
    }
}

char *strstr(const char *text, const char *part)
{
    size_t length = strlen(part);
    if (length == 0)
        return (char *)text;
    for (text = strchr(text, part[0]); text != NULL; text = strchr(text + 1, part[0]))
        if (strncmp(text, part, length) == 0)
            return (char *)text;
    return NULL;
}

size_t strspn(const char *text, const char *accepted)
{
    size_t length = 0;
    while (text[length] != '\0' && strchr(accepted, text[length]) != NULL)
        length++;
    return length;
}

size_t strcspn(const char *text, const char *rejected)
{
    size_t length = 0;
    while (text[length] != '\0' && strchr(rejected, text[length]) == NULL)
        length++;
    return length;
}

char *strpbrk(const char *text, const char *accepted)
{
    text += strcspn(text, accepted);
    return *text != '\0' ? (char *)text : NULL;
}

char *strsep(char **text, const char *separators)
{
    char *part = *text;
    if (part == NULL)
        return NULL;
    char *end = strpbrk(part, separators);
    if (end != NULL)
        *end++ = '\0';
    *text = end;
    return part;
}

char *strtok_r(char *text, const char *separators, char **rest)
{
    if (text == NULL)
        text = *rest;
    text += strspn(text, separators);
    if (*text == '\0') {
        *rest = text;
        return NULL;
    }
    char *end = text + strcspn(text, separators);
    if (*end != '\0')
        *end++ = '\0';
    *rest = end;
    return text;
}

char *strtok(char *text, const char *separators)
{
    static char *rest = "";
    return strtok_r(text, separators, &rest);
}
