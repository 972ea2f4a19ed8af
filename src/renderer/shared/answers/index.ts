/** The test pictures behind a class or a cell of a run: for the screens that show how a run did class by class. */
export { default as AnswersDialog } from './AnswersDialog.vue'
export { default as SaveAnswers } from './SaveAnswers.vue'
