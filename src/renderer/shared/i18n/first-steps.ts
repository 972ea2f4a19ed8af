/** Texts of the first steps, by what has become of each: `ahead` also where its button stands under it. */
export const firstStepsTexts = {
  en: {
    title: 'Three steps to your first comparison',
    now: {
      1: 'Press Start to pre-train the small network on handwritten digits. It takes about a minute.',
      2: 'Press Start to take that to other digits, with only a few labels.',
      3: 'The same network is trained without what it knew, on the same labels; then you see here whether that helped.'
    },
    ahead: {
      1: 'Pre-train the small network on handwritten digits.',
      2: 'Take what it learned to other digits, with only a few labels.',
      3: 'Train the same network without what it knew, on the same labels, and see whether that helped.'
    },
    done: {
      1: 'The small network has learned to read handwritten digits.', 2: 'It took that to other digits, with only a few labels.',
      3: 'The same network was trained without what it knew, on the same labels.'
    },
    reached: 'Your first comparison',
    closing: 'The same network, the same labels, the same test pictures: the verdict below says whether what it knew helped. Now try pictures of your own.',
    own: 'Add your own pictures',
    transfer: 'Take it to other digits', compare: 'Train it and compare'
  },
  zh: {
    title: '三步完成第一次对比',
    now: {
      1: '点击“开始”，在手写数字上预训练这个小网络，大约需要一分钟。', 2: '点击“开始”，只用少量标签把它用到另一种数字上。',
      3: '正在用同样的标签从头训练同一网络；完成后可在此看到所学的知识是否有帮助。'
    },
    ahead: {
      1: '在手写数字上预训练这个小网络。', 2: '只用少量标签，把学到的知识用到另一种数字上。', 3: '用同样的标签从头训练同一网络，看看所学的知识是否有帮助。'
    },
    done: {
      1: '这个小网络已经学会识别手写数字。', 2: '它只用少量标签就用到了另一种数字上。', 3: '同一网络已用同样的标签从头训练。'
    },
    reached: '您的第一次对比',
    closing: '网络、标签和测试图像都相同：下方的结论说明所学的知识是否有帮助。接下来请试试自己的图像。',
    own: '添加自己的图像',
    transfer: '用到另一种数字上', compare: '训练并对比'
  }
}
