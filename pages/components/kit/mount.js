// One view per mounted component, named by the key that Python mounts it with. Streamlit builds a component's place anew
// when something appears above it in the page; the view with its selection, open lists and scrolling then moves along.

const VIEWS = new Map()
const GRACE = 5000 // ms that a view outlives its place

function mountView(component, create) {
  const { data, parentElement } = component
  const view = VIEWS.get(data.key) ?? create()
  VIEWS.set(data.key, view)
  if (view.node.getRootNode() !== parentElement) {
    parentElement.append(view.node)
    view.attached(parentElement)
  }
  view.update(component)
  return () => setTimeout(() => discard(data.key, view), GRACE)
}

function discard(key, view) {
  if (view.node.isConnected || VIEWS.get(key) !== view) return
  VIEWS.delete(key)
  view.leave()
}
