import type { ExportFormat, ModelSummary } from '../contract/models'

/**
 * Whether a model can be saved as this: ONNX alone has a place for what answers instead of a network's head. A logistic regression is a head,
 * and leaves in every form.
 */
export const canLeaveAs = (format: ExportFormat, classifier: ModelSummary['classifier']): boolean =>
  classifier === undefined || classifier.kind === 'logistic-regression' || format === 'onnx'
