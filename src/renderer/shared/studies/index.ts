export { default as StudyVerdict } from './StudyVerdict.vue'
export { studyOf } from './study-of'
export { useArmWords } from './use-arm-words'
