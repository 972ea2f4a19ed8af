// Graft's addition to the binding of @tensorflow/tfjs-node-gpu, whose sources stay as they are: this file is compiled in the
// place of its tfjs_binding.cc, which it includes. It lets JavaScript hand TensorFlow whole functions (a FunctionDef: a graph
// with inputs and outputs) and call them, where the stock binding knows single operations only.

#include <node_api.h>

#include <cstring>
#include <string>
#include <vector>

// The stock module registers itself with this macro. Here it only leaves its initialiser behind, which ours calls first.
#undef NAPI_MODULE
#define NAPI_MODULE(name, initialiser)
#include "binding/tfjs_binding.cc"
#include "binding/tfe_auto_op.h"
#undef NAPI_MODULE

namespace tfnodejs {

// An explicit instantiation may name private members: the standard's own way to them, which leaves the class unchanged.
template <typename Tag, typename Tag::type Member>
struct Reach {
  friend typename Tag::type reach(Tag) { return Member; }
};
struct Context {
  typedef TFE_Context *TFJSBackend::*type;
  friend type reach(Context);
};
struct Handles {
  typedef std::unordered_map<int32_t, TFE_TensorHandle *> TFJSBackend::*type;
  friend type reach(Handles);
};
struct Insert {
  typedef int32_t (TFJSBackend::*type)(TFE_TensorHandle *);
  friend type reach(Insert);
};
template struct Reach<Context, &TFJSBackend::tfe_context_>;
template struct Reach<Handles, &TFJSBackend::tfe_handle_map_>;
template struct Reach<Insert, &TFJSBackend::InsertHandle>;

static bool Arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *arguments) {
  size_t given = wanted;
  napi_value js_this;
  if (napi_get_cb_info(env, info, &given, arguments, &js_this, nullptr) == napi_ok && given >= wanted) return true;
  NAPI_THROW_ERROR(env, "This function takes %d arguments.", static_cast<int>(wanted));
  return false;
}

/** A view of a typed array's bytes, valid while JavaScript holds it. */
static bool BytesOf(napi_env env, napi_value value, const char **data, size_t *length) {
  bool is_array = false;
  napi_is_typedarray(env, value, &is_array);
  napi_typedarray_type type;
  void *start = nullptr;
  if (!is_array || napi_get_typedarray_info(env, value, &type, length, &start, nullptr, nullptr) != napi_ok || type != napi_uint8_array) {
    NAPI_THROW_ERROR(env, "A Uint8Array is needed.");
    return false;
  }
  *data = static_cast<const char *>(start);
  return true;
}

/** addFunction(bytes: Uint8Array): makes the function of a serialised FunctionDef callable by its name. */
static napi_value AddFunction(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  const char *data;
  size_t length;
  if (!Arguments(env, info, 1, arguments) || !BytesOf(env, arguments[0], &data, &length)) return nullptr;
  TFJSBackend *backend = GetTFJSBackend(env);
  if (!backend) return nullptr;
  TF_AutoStatus status;
  TFE_ContextAddFunctionDef(backend->*reach(Context()), data, length, status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

/** removeFunction(name: string): frees a function and all that was compiled of it. */
static napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  std::string name;
  if (!Arguments(env, info, 1, arguments)) return nullptr;
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, arguments[0], name), nullptr);
  TFJSBackend *backend = GetTFJSBackend(env);
  if (!backend) return nullptr;
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(backend->*reach(Context()), name.c_str(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

/**
 * callFunction(name: string, inputs: number[], outputs: number, config: Uint8Array): number[]: calls a function on tensors
 * and gives the ids of its outputs. `config` is a serialised ConfigProto; empty stands for the context's own.
 */
static napi_value CallFunction(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  std::string name;
  uint32_t inputs;
  int32_t outputs;
  const char *config;
  size_t config_length;
  if (!Arguments(env, info, 4, arguments)) return nullptr;
  ENSURE_NAPI_OK_RETVAL(env, GetStringParam(env, arguments[0], name), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, napi_get_array_length(env, arguments[1], &inputs), nullptr);
  ENSURE_NAPI_OK_RETVAL(env, napi_get_value_int32(env, arguments[2], &outputs), nullptr);
  if (!BytesOf(env, arguments[3], &config, &config_length)) return nullptr;
  TFJSBackend *backend = GetTFJSBackend(env);
  if (!backend) return nullptr;

  TF_AutoStatus status;
  TFE_AutoOp operation(TFE_NewOp(backend->*reach(Context()), name.c_str(), status.status));
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  auto &handles = backend->*reach(Handles());
  for (uint32_t index = 0; index < inputs; index++) {
    napi_value element;
    int32_t id;
    ENSURE_NAPI_OK_RETVAL(env, napi_get_element(env, arguments[1], index, &element), nullptr);
    ENSURE_NAPI_OK_RETVAL(env, napi_get_value_int32(env, element, &id), nullptr);
    auto found = handles.find(id);
    if (found == handles.end()) {
      NAPI_THROW_ERROR(env, "Input Tensor ID not referenced (tensor_id: %d)", id);
      return nullptr;
    }
    TFE_OpAddInput(operation.op, found->second, status.status);
    ENSURE_TF_OK_RETVAL(env, status, nullptr);
  }
  // Bytes, not UTF-8: that is why it is no attribute of the stock executeOp.
  if (config_length > 0) TFE_OpSetAttrString(operation.op, "config_proto", config, config_length);

  std::vector<TFE_TensorHandle *> results(outputs, nullptr);
  int count = outputs;
  TFE_Execute(operation.op, results.data(), &count, status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);

  napi_value ids;
  ENSURE_NAPI_OK_RETVAL(env, napi_create_array_with_length(env, count, &ids), nullptr);
  for (int index = 0; index < count; index++) {
    napi_value id;
    ENSURE_NAPI_OK_RETVAL(env, napi_create_int32(env, (backend->*reach(Insert()))(results[index]), &id), nullptr);
    ENSURE_NAPI_OK_RETVAL(env, napi_set_element(env, ids, index, id), nullptr);
  }
  return ids;
}

/** operationList(): Uint8Array: TensorFlow's own list of its operations, a serialised OpList. */
static napi_value OperationList(napi_env env, napi_callback_info info) {
  TF_Buffer *list = TF_GetAllOpList();
  void *copy = nullptr;
  napi_value buffer, array;
  napi_status status = napi_create_arraybuffer(env, list->length, &copy, &buffer);
  if (status == napi_ok) {
    memcpy(copy, list->data, list->length);
    status = napi_create_typedarray(env, napi_uint8_array, list->length, buffer, 0, &array);
  }
  TF_DeleteBuffer(list);
  ENSURE_NAPI_OK_RETVAL(env, status, nullptr);
  return array;
}

static napi_value InitWithFunctions(napi_env env, napi_value exports) {
  if (!InitTFNodeJSBinding(env, exports)) return nullptr;
  napi_property_descriptor properties[] = {
      {"addFunction", nullptr, AddFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"removeFunction", nullptr, RemoveFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"callFunction", nullptr, CallFunction, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"operationList", nullptr, OperationList, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  ENSURE_NAPI_OK_RETVAL(env, napi_define_properties(env, exports, ARRAY_SIZE(properties), properties), exports);
  return exports;
}

}  // namespace tfnodejs

NAPI_MODULE_INIT() { return tfnodejs::InitWithFunctions(env, exports); }
