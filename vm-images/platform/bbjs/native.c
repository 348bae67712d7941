/* The `native` module: its table, and helpers of its parts. */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

JSValue throw_errno(JSContext *ctx, const char *syscall, int error)
{
    JSValue object;
    char message[160];

    snprintf(message, sizeof message, "%s: %s", syscall, strerror(error));
    object = JS_NewError(ctx);
    if (JS_IsException(object))
        return object;
    JS_DefinePropertyValueStr(ctx, object, "message", JS_NewString(ctx, message), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    JS_DefinePropertyValueStr(ctx, object, "errno", JS_NewInt32(ctx, error), JS_PROP_C_W_E);
    JS_DefinePropertyValueStr(ctx, object, "syscall", JS_NewString(ctx, syscall), JS_PROP_C_W_E);
    return JS_Throw(ctx, object);
}

JSValue undefined_or_throw(JSContext *ctx, const char *syscall, long result)
{
    return result < 0 ? throw_errno(ctx, syscall, errno) : JS_UNDEFINED;
}

uint8_t *bytes_of(JSContext *ctx, JSValueConst value, size_t *length)
{
    size_t offset, view_length, element, whole;
    JSValue buffer;
    uint8_t *data;

    data = JS_GetArrayBuffer(ctx, length, value);
    if (data)
        return data;
    JS_FreeValue(ctx, JS_GetException(ctx));
    buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &view_length, &element);
    if (JS_IsException(buffer))
        return NULL;
    data = JS_GetArrayBuffer(ctx, &whole, buffer);
    JS_FreeValue(ctx, buffer); /* the view keeps it */
    *length = view_length;
    return data ? data + offset : NULL;
}

uint8_t *part_of(JSContext *ctx, JSValueConst value, JSValueConst offset, JSValueConst length, size_t *part_length)
{
    size_t whole;
    int64_t from, count;
    uint8_t *data = bytes_of(ctx, value, &whole);

    if (!data || JS_ToInt64(ctx, &from, offset) || JS_ToInt64(ctx, &count, length))
        return NULL;
    if (from < 0 || count < 0 || from > (int64_t)whole || count > (int64_t)whole - from) {
        JS_ThrowRangeError(ctx, "offset %lld and length %lld do not lie inside %u bytes", (long long)from,
                           (long long)count, (unsigned)whole);
        return NULL;
    }
    *part_length = count;
    return data + from;
}

static void free_adopted(JSRuntime *rt, void *opaque, void *data)
{
    (void)rt, (void)opaque;
    free(data);
}

JSValue adopt_bytes(JSContext *ctx, uint8_t *data, size_t length)
{
    return JS_NewArrayBuffer(ctx, data, length, free_adopted, NULL, 0);
}

int int_property(JSContext *ctx, JSValueConst object, const char *name, int fallback, int *result)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);
    int failed = 0;

    if (JS_IsException(value))
        return -1;
    if (JS_IsUndefined(value) || JS_IsNull(value))
        *result = fallback;
    else
        failed = JS_ToInt32(ctx, result, value);
    JS_FreeValue(ctx, value);
    return failed;
}

int set_number(JSContext *ctx, JSValueConst object, const char *name, double value)
{
    JSValue number = value == (int32_t)value ? JS_NewInt32(ctx, value) : JS_NewFloat64(ctx, value);
    return JS_DefinePropertyValueStr(ctx, object, name, number, JS_PROP_C_W_E);
}

void free_strings(char **strings)
{
    if (!strings)
        return;
    for (char **at = strings; *at; at++)
        free(*at);
    free(strings);
}

char **strings_of(JSContext *ctx, JSValueConst array)
{
    int length;
    char **strings;

    if (!JS_IsArray(ctx, array)) {
        JS_ThrowTypeError(ctx, "expected an array of strings");
        return NULL;
    }
    if (int_property(ctx, array, "length", 0, &length))
        return NULL;
    strings = calloc(length + 1, sizeof *strings);
    for (int i = 0; i < length; i++) {
        JSValue value = JS_GetPropertyUint32(ctx, array, i);
        const char *text = JS_ToCString(ctx, value);
        JS_FreeValue(ctx, value);
        if (!text) {
            free_strings(strings);
            return NULL;
        }
        strings[i] = strdup(text);
        JS_FreeCString(ctx, text);
    }
    return strings;
}

static const NativeFunctions *const parts[] = {
    &socket_functions, &process_functions, &terminal_functions, &filesystem_functions, &codec_functions, &bytecode_functions,
};

static int on_module_import(JSContext *ctx, JSModuleDef *module)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (JS_SetModuleExportList(ctx, module, parts[i]->entries, parts[i]->count))
            return -1;
    return 0;
}

JSModuleDef *native_module_init(JSContext *ctx, const char *name)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, on_module_import);

    if (!module)
        return NULL;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        JS_AddModuleExportList(ctx, module, parts[i]->entries, parts[i]->count);
    return module;
}
