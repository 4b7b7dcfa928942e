// Applies the stored theme before the first paint. A file of its own, not inline, so that a strict CSP holds.
try {
  document.documentElement.dataset.theme = localStorage.getItem('tampinha.theme') ?? 'system';
} catch {
  // Storage is blocked: the system's theme it is.
}
