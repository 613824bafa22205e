// The code from a letter's square code: put into its field, and taken out of the address and the history. It was in the part of
// the address that no browser sends anywhere. Without scripts the page asks for the code to be typed, as it does anyway.
const field = document.getElementById('code');
const code = decodeURIComponent(location.hash.slice(1));
if (field && code) {
  history.replaceState(null, '', location.pathname);
  if (!field.value && code.length <= 40) field.value = code;
}
