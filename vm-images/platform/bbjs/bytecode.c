/* `.qbc` files: a 32-byte header (magic, engine version, zero padding), then QuickJS's bytecode of one ES module. */
#include "native.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC_BYTES = 8, HEADER_BYTES = 32 };
static const char magic[MAGIC_BYTES + 1] = "BBJSQBC\n";
/* Bytecode depends on the engine's source, so on its patches as well. */
static const char engine_version[HEADER_BYTES - MAGIC_BYTES] = "quickjs " CONFIG_VERSION "-1";

int is_bytecode(const uint8_t *data, size_t length)
{
    return length >= HEADER_BYTES && !memcmp(data, magic, MAGIC_BYTES);
}

JSValue load_bytecode(JSContext *ctx, const uint8_t *data, size_t length, const char *filename)
{
    if (memcmp(data + MAGIC_BYTES, engine_version, sizeof engine_version)) {
        char found[sizeof engine_version + 1] = { 0 };
        memcpy(found, data + MAGIC_BYTES, sizeof engine_version);
        return JS_ThrowTypeError(ctx, "%s was compiled for '%s', this is '%s': compile it again", filename, found,
                                 engine_version);
    }
    return JS_ReadObject(ctx, data + HEADER_BYTES, length - HEADER_BYTES, JS_READ_OBJ_BYTECODE);
}

static int no_exports(JSContext *ctx, JSModuleDef *module)
{
    (void)ctx, (void)module;
    return 0;
}

/* Imports are resolved when the bytecode runs; the compiler only wants a module to point at. */
static JSModuleDef *placeholder_module(JSContext *ctx, const char *name, void *opaque)
{
    (void)opaque;
    return JS_NewCModule(ctx, name, no_exports);
}

static uint8_t *compile_in(JSContext *own, const char *source, size_t length, const char *filename, size_t *result_length)
{
    JSValue module = JS_Eval(own, source, length, filename, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    uint8_t *body, *result = NULL;
    size_t body_length;

    if (JS_IsException(module))
        return NULL;
    body = JS_WriteObject(own, &body_length, module, JS_WRITE_OBJ_BYTECODE);
    JS_FreeValue(own, module);
    if (!body)
        return NULL;
    result = malloc(HEADER_BYTES + body_length);
    memcpy(result, magic, MAGIC_BYTES);
    memcpy(result + MAGIC_BYTES, engine_version, sizeof engine_version);
    memcpy(result + HEADER_BYTES, body, body_length);
    *result_length = HEADER_BYTES + body_length;
    js_free(own, body);
    return result;
}

/* Rethrows an error of one runtime in another: message and stack as text. */
static void carry_error(JSContext *own, JSContext *ctx)
{
    JSValue error = JS_GetException(own), stack_value = JS_GetPropertyStr(own, error, "stack");
    const char *message = JS_ToCString(own, error), *stack = JS_ToCString(own, stack_value);

    JS_ThrowSyntaxError(ctx, "%s\n%s", message ? message : "cannot compile", stack ? stack : "");
    if (message)
        JS_FreeCString(own, message);
    if (stack)
        JS_FreeCString(own, stack);
    JS_FreeValue(own, stack_value);
    JS_FreeValue(own, error);
}

/** @returns the content of a `.qbc` file, made by malloc; NULL with an exception in `ctx`. */
uint8_t *compile_module(JSContext *ctx, const char *source, size_t length, const char *filename, size_t *result_length)
{
    /* An engine of its own, so that the compiled module does not become one of the running program. */
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *own = JS_NewContext(runtime);
    uint8_t *result;

    JS_SetModuleLoaderFunc(runtime, NULL, placeholder_module, NULL);
    JS_SetStripInfo(runtime, JS_STRIP_SOURCE); /* keeps line numbers for stacks */
    result = compile_in(own, source, length, filename, result_length);
    if (!result)
        carry_error(own, ctx);
    JS_FreeContext(own);
    JS_FreeRuntime(runtime);
    return result;
}

NATIVE_FUNCTION(native_compile)
{
    size_t length, result_length;
    const char *source = JS_ToCStringLen(ctx, &length, argv[0]);
    const char *filename = source ? JS_ToCString(ctx, argv[1]) : NULL;
    uint8_t *result = filename ? compile_module(ctx, source, length, filename, &result_length) : NULL;

    if (source)
        JS_FreeCString(ctx, source);
    if (filename)
        JS_FreeCString(ctx, filename);
    return result ? adopt_bytes(ctx, result, result_length) : JS_EXCEPTION;
}

static const JSCFunctionListEntry entries[] = { JS_CFUNC_DEF("compile", 2, native_compile) };
const NativeFunctions bytecode_functions = { entries, COUNT_OF(entries) };
