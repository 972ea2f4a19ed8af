import { defineMessages } from '../../shared/i18n'

export const studiesMessages = defineMessages({
  en: {
    studies: {
      title: 'Studies',
      purpose: 'Runs that were started together: candidates with their control runs and their repetitions.',
      back: 'All runs',
      empty: 'No study yet',
      emptyHint: 'Beside Start you tick control runs, choose several seeds, and vary the labels, the depth of transfer or a setting.',
      start: 'New study',
      summary: '{done} of {runs} runs done', andOthers: '{name} | {name}, and one other | {name}, and {count} others',
      open: 'Runs of {name}',
      compare: 'Compare its runs',
      missing: 'Go on with the one that is missing | Go on with the {count} that are missing',
      stop: 'Cancel the one that is left | Cancel the {count} that are left',
      table: 'Runs of {name} by setting',
      arm: 'What was run', score: 'Test accuracy', balanced: 'Balanced', f1: 'Macro-F1', spread: 'mean ± standard deviation over seeds', seeds: 'Seeds done',
      elsewhere: {
        title: 'Other machines',
        off: 'Studies are computed here',
        onSummary: 'Studies are computed on {on}',
        use: 'Compute studies on other machines',
        useHelp: 'Studies that you start or go on with from now on; a single run stays here.',
        care: 'Data sets and models go to the shared folder as they are. Ray has no access control of its own: use a private network or an ssh tunnel. Ray on several machines is for Linux.',
        on: 'Address of the Ray cluster', onHelp: 'That of its dashboard, as Ray prints it when it starts; or “slurm:” where Slurm’s programs are.',
        store: 'Shared folder', storeHelp: 'A folder that this machine and every node see.', choose: 'Choose…',
        storeThere: 'The same folder on the nodes', storeThereHelp: 'Only where its path is another there.',
        program: 'Graft on the nodes', programHelp: 'How it is called there.',
        slots: 'Runs at once', slotsHelp: 'Empty: as many as fit, which go on while this machine is off.',
        cores: 'Cores of each run', coresHelp: 'Empty: as many threads as here, for the same numbers.',
        notANumber: 'A whole number from 1 to {most}, or nothing.',
        test: 'Test',
        found: '{engine}: {machines} machine, {slots} runs at once | {engine}: {machines} machines, {slots} runs at once',
        machine: '{cores} cores, {gpus} graphics cards, {memory}'
      }
    }
  },
  zh: {
    studies: {
      title: '研究',
      purpose: '一起启动的运行：候选运行及其对照与重复。',
      back: '全部运行',
      empty: '还没有研究',
      emptyHint: '在“开始”旁勾选对照运行、选择多个种子，并变化标签数、迁移深度或一项设置。',
      start: '新建研究',
      summary: '{runs} 个运行中已完成 {done} 个', andOthers: '{name} | {name}，以及另外 {count} 个 | {name}，以及另外 {count} 个',
      open: '{name} 的运行',
      compare: '比较其运行',
      missing: '继续缺少的 {count} 个',
      stop: '取消剩余的 {count} 个',
      table: '{name} 的运行（按设置）',
      arm: '运行内容', score: '测试准确率', balanced: '平衡准确率', f1: '宏平均 F1', spread: '各种子的均值 ± 标准差', seeds: '已完成的种子',
      elsewhere: {
        title: '其他机器',
        off: '研究在本机计算',
        onSummary: '研究在 {on} 上计算',
        use: '在其他机器上计算研究',
        useHelp: '适用于此后启动或继续的研究；单次运行仍在本机。',
        care: '数据集和模型会原样送到共享文件夹。Ray 本身不做访问控制：请使用专用网络或 ssh 隧道。多机 Ray 只支持 Linux。',
        on: 'Ray 集群地址', onHelp: 'Ray 启动时显示的仪表板地址；或在装有 Slurm 程序的机器上填“slurm:”。',
        store: '共享文件夹', storeHelp: '本机与每个节点都能访问的文件夹。', choose: '选择…',
        storeThere: '节点上的同一文件夹', storeThereHelp: '仅当路径不同时填写。',
        program: '节点上的 Graft', programHelp: '在那里的调用方式。',
        slots: '同时运行数', slotsHelp: '留空：能容纳多少就多少，本机关闭时也会继续。',
        cores: '每次运行的核数', coresHelp: '留空：与本机线程数相同，以得到相同的数值。',
        notANumber: '1 到 {most} 的整数，或留空。',
        test: '测试',
        found: '{engine}：{machines} 台机器，可同时运行 {slots} 次',
        machine: '{cores} 核，{gpus} 块显卡，{memory}'
      }
    }
  }
})
