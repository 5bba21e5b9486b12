"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const speak = (language) => {
    root.dataset.show = language;
    root.lang = language === "en" ? "en" : "zh-CN";
    for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    for (const option of all("option[data-zh]")) option.textContent = option.dataset[language];
    for (const field of all("[data-hint-zh]")) field.placeholder = language === "en" ? field.dataset.hintEn : field.dataset.hintZh;
  };
  for (const button of all("[data-language]")) button.addEventListener("click", () => speak(button.dataset.language));
  speak(root.dataset.show);

  const rulings = all("details.ruling");
  const filters = document.querySelector(".filters");
  if (filters) {
    const outcomes = all("input[name=outcome]", filters);
    const fragile = filters.querySelector("input[name=fragile]");
    const kind = filters.querySelector("select");
    const search = filters.querySelector("input[type=search]");
    const shown = filters.querySelector("output .count");
    const apply = () => {
      const wanted = new Set(outcomes.filter((box) => box.checked).map((box) => box.value));
      const text = search.value.trim().toLowerCase();
      let count = 0;
      for (const ruling of rulings) {
        const fits = wanted.has(ruling.dataset.outcome) && (!kind.value || ruling.dataset.class === kind.value)
          && (!fragile.checked || ruling.dataset.robust === "no") && ruling.querySelector("summary").textContent.toLowerCase().includes(text);
        ruling.hidden = !fits;
        count += fits ? 1 : 0;
      }
      shown.textContent = String(count);
    };
    filters.addEventListener("input", apply);
    for (const button of all("button[data-unfold]", filters)) {
      button.addEventListener("click", () => { for (const ruling of rulings) if (!ruling.hidden) ruling.open = button.dataset.unfold === "yes"; });
    }
    apply();
  }
})();
