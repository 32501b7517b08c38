// Shows a push, and opens the tracker when it is tapped. It keeps nothing and reads nothing.

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    told = {};
  }
  const title = told.title || "You have a reminder";
  // The same tag replaces a copy that came twice.
  event.waitUntil(self.registration.showNotification(title, { body: told.body || "", tag: told.tag || "reminder", data: told.url || "/" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data || "/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
