// A link to this very page that copies its own address, and tells so. Without this file it is a plain link.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copied]");
  if (!link) return;
  event.preventDefault();
  const { copied, uncopied } = link.dataset;
  const told = await navigator.clipboard.writeText(link.href).then(() => copied, () => uncopied);
  document.dispatchEvent(new CustomEvent("concertation:status", { detail: told }));
});
