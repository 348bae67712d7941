/* What the parts of the `native` module share. The module is described in userland/types/native.d.ts. */
#ifndef NATIVE_H
#define NATIVE_H

#include <stddef.h>
#include <stdint.h>
#include "quickjs.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define NATIVE_FUNCTION(name) static JSValue name(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)

typedef struct {
    const JSCFunctionListEntry *entries;
    int count;
} NativeFunctions;

extern const NativeFunctions socket_functions, process_functions, terminal_functions, filesystem_functions, codec_functions,
    bytecode_functions;

JSModuleDef *native_module_init(JSContext *ctx, const char *name);

/* Throws an Error with `errno` and `syscall`. */
JSValue throw_errno(JSContext *ctx, const char *syscall, int error);
/* undefined, or throws when `result` is negative. */
JSValue undefined_or_throw(JSContext *ctx, const char *syscall, long result);

/* Bytes of an ArrayBuffer or of a view on one; NULL with an exception when it is neither. */
uint8_t *bytes_of(JSContext *ctx, JSValueConst value, size_t *length);
/* The part [offset, offset + length) given by two arguments; checks that it lies inside. */
uint8_t *part_of(JSContext *ctx, JSValueConst value, JSValueConst offset, JSValueConst length, size_t *part_length);
/* An ArrayBuffer that takes over `data`, made by malloc. */
JSValue adopt_bytes(JSContext *ctx, uint8_t *data, size_t length);

int int_property(JSContext *ctx, JSValueConst object, const char *name, int fallback, int *result);
int set_number(JSContext *ctx, JSValueConst object, const char *name, double value);
/* A NULL-terminated array of strings made by malloc; free with free_strings. NULL with an exception on error. */
char **strings_of(JSContext *ctx, JSValueConst array);
void free_strings(char **strings);

/* bytecode.c */
JSValue load_bytecode(JSContext *ctx, const uint8_t *data, size_t length, const char *filename);
int is_bytecode(const uint8_t *data, size_t length);
uint8_t *compile_module(JSContext *ctx, const char *source, size_t length, const char *filename, size_t *result_length);

/* main.c */
void set_uncaught_handler(JSContext *ctx, JSValueConst handler);

#endif
