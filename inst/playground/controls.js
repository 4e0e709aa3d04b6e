// What shiny has no binding for: the browser's own slider, which says its value in words, and
// what is refused of a control.
(function () {
  "use strict";

  function show(slide) {
    var label = JSON.parse(slide.getAttribute("data-labels"))[slide.value - 1];
    slide.setAttribute("aria-valuetext", label);
    document.getElementById(slide.id + "-value").textContent = label;
  }

  function makeBinding() {
    var binding = new Shiny.InputBinding();
    Object.assign(binding, {
      find: function (scope) { return $(scope).find("input.nn-slide"); },
      getValue: function (slide) { return Number(slide.value); },
      setValue: function (slide, value) { slide.value = value; show(slide); },
      subscribe: function (slide, callback) {
        $(slide).on("input.nnSlide change.nnSlide", function () { show(slide); callback(false); });
      },
      unsubscribe: function (slide) { $(slide).off(".nnSlide"); },
      receiveMessage: function (slide, data) {
        this.setValue(slide, data.value);
        $(slide).trigger("change");
      }
    });
    Shiny.inputBindings.register(binding, "nnfit.slide");
  }

  // By the control that it names; the others are as they should be.
  function refuse(told) {
    document.querySelectorAll(".refused").forEach(function (place) {
      var id = place.id.replace("-refused", "");
      var refused = id === told.control;
      place.textContent = refused ? told.message : "";
      place.hidden = !refused;
      var control = document.getElementById(id);
      if (control.matches("button")) return;
      if (refused) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    });
  }

  function copyCode() {
    navigator.clipboard.writeText(document.getElementById("code").textContent).then(
      function () { document.getElementById("copied").textContent = "Copied."; },
      function () { document.getElementById("copied").textContent = "Not allowed by the browser."; }
    );
  }

  $(function () {
    Shiny.addCustomMessageHandler("nnfit.refused", refuse);
    document.getElementById("copy").addEventListener("click", copyCode);
    document.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
    });
  });
  $(document).on("shiny:disconnected", function () {
    document.getElementById("ended").textContent =
      "The R session behind this page has ended. Call nn_playground() again.";
  });
  $(document).on("shiny:connected", function () {
    var still = window.matchMedia("(prefers-reduced-motion: reduce)");
    Shiny.setInputValue("still", still.matches);
    still.addEventListener("change", function () { Shiny.setInputValue("still", still.matches); });
  });
  makeBinding();
})();
