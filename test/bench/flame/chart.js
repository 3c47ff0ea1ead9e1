// In the page: draws the tree that stands in it.
import flamegraph from 'd3-flame-graph'
import { select } from 'd3-selection'

const chart = flamegraph()
  .width(document.body.clientWidth)
  .cellHeight(17)
  .minFrameSize(1)
  .setLabelHandler(({ data }) => `${data.name}: ${(data.value / 1000).toFixed(1)} ms`)
select('#chart').datum(globalThis.tree).call(chart)
document.querySelector('#search').addEventListener('input', ({ target }) => {
  if (target.value) chart.search(target.value)
  else chart.clear()
})
