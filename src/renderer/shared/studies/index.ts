export { default as StudyVerdict } from './StudyVerdict.vue'
export { studyOf } from './study-of'
