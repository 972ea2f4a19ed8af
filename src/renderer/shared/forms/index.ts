export { useFormFields } from './form-field'
export { default as ParameterForm } from './ParameterForm.vue'
export { visibleParameters } from './visible-parameters'
export { settingsSummary } from './summary'
