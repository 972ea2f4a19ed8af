import { computed, type Ref, type WritableComputedRef } from 'vue'

/** The fields of a form that is replaced as a whole when one changes, each as something that a control writes to. */
export function useFormFields<Form extends object>(form: Ref<Form>): <Name extends keyof Form>(name: Name) => WritableComputedRef<Form[Name]> {
  return (name) => computed({
    get: () => form.value[name],
    set: (value) => { form.value = { ...form.value, [name]: value } }
  })
}
