import type { Calibration } from '../../contract/calibration'
import type { Text } from '../../contract/text'
import { count, percent } from './figures'

/** What a person reads in the place of a class. */
export const noneOfThese: Text = { en: 'none of these', zh: '均不是' }

/** What a person reads of a picture that lies far from all training pictures. */
export const unlikeTraining: Text = { en: 'unlike the training pictures', zh: '与训练图像不同' }

/** Both of what may be said of a picture before its classes; empty where nothing is. */
export const warnings = ({ noneOfThese: isNone, unlike }: { noneOfThese?: boolean | undefined, unlike?: boolean | undefined }): Text[] =>
  [...isNone ? [noneOfThese] : [], ...unlike ? [unlikeTraining] : []]

/** How pictures unlike the training's are told, and how often familiar ones are called so; undefined where that was not measured. */
export function unlikeText({ unlike, images: validation }: Calibration): Text | undefined {
  if (!unlike) return undefined
  const { references, images = validation, expected, test } = unlike
  return {
    en: `A picture is “${unlikeTraining.en}” where its features lie farther from those of ${count(references)} training images than nearly all of ${count(images)} known images do, each without itself: about ${whole(expected)} of pictures like these are wrongly called so` +
      `${test && test.images > 0 ? ` (${percent(test.share)} of ${count(test.images)} test images were)` : ''}. What it is called may still be right, and a picture that is not called so may still be of something else.`,
    zh: `若图片的特征与 ${count(references)} 张训练图像的距离大于几乎全部 ${count(images)} 张已知图像（各自除外）的距离，则称其“${unlikeTraining.zh}”：与这些图像相似的图片中约有 ${whole(expected)} 会被误称` +
      `${test && test.images > 0 ? `（${count(test.images)} 张测试图像中为 ${percent(test.share)}）` : ''}。其类别仍可能正确；未被如此标记的图片也可能属于其他事物。`
  }
}

/** Why pictures of other things are not turned away. */
export const noThreshold: Text = {
  en: 'No threshold is known for “none of these”: it is found on at least 20 validation images when Graft trains a model. A picture of something else gets one of the classes.',
  zh: '“均不是”的阈值未知：Graft 训练模型时需用至少 20 张验证图像得到它。其他事物的图片也会得到某个类别。'
}

/** How often familiar pictures are turned away, as a sentence; or why none is. */
export function turnedAwayText(calibration: Calibration | undefined): Text {
  if (!calibration?.noneOfThese) return noThreshold
  const { noneOfThese: { expected, test }, images } = calibration
  const seen = test && test.images > 0 ? test : undefined
  return {
    en: `Of pictures like these, about ${whole(expected)} are wrongly turned away as “none of these”` +
      `${seen ? ` (${percent(seen.share)} of ${count(seen.images)} test images were)` : ''}; the threshold was found on ${count(images)} validation images. Pictures of other things may still get a class.`,
    zh: `与这些图像相似的图片中，约有 ${whole(expected)} 会被误判为“均不是”${seen ? `（${count(seen.images)} 张测试图像中为 ${percent(seen.share)}）` : ''}；阈值由 ${count(images)} 张验证图像得到。其他事物的图片仍可能得到某个类别。`
  }
}

/** What the temperature did to how sure the model is; undefined where it has none. */
export function temperatureText({ temperature, temperatureImages, expectedCalibrationError: errors, images }: Calibration): Text | undefined {
  if (temperature === undefined || !errors) return undefined
  const on = errors.test ?? errors.validation
  const where = errors.test ? { en: 'test images', zh: '测试图像' } : { en: 'validation images', zh: '验证图像' }
  return {
    en: `Temperature ${temperature.toFixed(2)}, found on ${count(temperatureImages ?? images)} validation images; expected calibration error on the ${where.en}: ${percent(on.before)} before, ${percent(on.after)} after.`,
    zh: `温度 ${temperature.toFixed(2)}，由 ${count(temperatureImages ?? images)} 张验证图像得到；${where.zh}上的期望校准误差：校准前 ${percent(on.before)}，校准后 ${percent(on.after)}。`
  }
}

const whole = (share: number): string => `${Math.round(share * 100)} %`
