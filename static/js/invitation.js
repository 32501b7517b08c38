// The mail puts the code behind the # of the address, which no server and no Referer gets. Here it goes into the field.

const field = document.querySelector("#id_code");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
