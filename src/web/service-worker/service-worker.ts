// Lets the page open without the network. It keeps the files of one build and nothing else: no picture that a person
// gave, no answer of the server.

/** Filled in by the build: every file of the page but the samples, and a name that changes with any of them. */
declare const BUILD: { readonly version: string; readonly files: readonly string[] };

// What a service worker's `self` is; the compiler only knows that of any worker. The export makes this a module, where
// the name may be declared anew.
export {};

declare const self: ServiceWorkerGlobalScope;

const NAME = `tampinha-${BUILD.version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([...BUILD.files])));
});

// Until the last tab with the build before is closed this worker waits: that tab may still load a view of its own build.
self.addEventListener('activate', (event) => {
  event.waitUntil(removeOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // Names under assets/ change with their content: what is kept is right.
  if (pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
  // What keeps its name is taken from the server when that can be reached.
  else if (BUILD.files.includes(pathname)) event.respondWith(serverFirst(request, pathname));
});

async function removeOthers(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith('tampinha-') && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function keptFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(NAME);
    await cache.put(request, response.clone());
  }
  return response;
}

async function serverFirst(request: Request, pathname: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    // By path alone: `/?lang=en` is the same page.
    const kept = await caches.match(pathname);
    if (kept === undefined) throw error;
    return kept;
  }
}
