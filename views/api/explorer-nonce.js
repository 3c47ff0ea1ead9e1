// The editor writes style elements of its own; with the page's nonce they pass its policy. Has to run before the editor.
const { nonce } = document.currentScript
const create = document.createElement.bind(document)
document.createElement = (name, options) => {
  const element = create(name, options)
  if (name === 'style') element.nonce = nonce
  return element
}
