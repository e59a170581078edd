//! What is left when the office revoked this phone and it was emptied.

use leptos::prelude::*;

#[component]
pub fn Emptied() -> impl IntoView {
    view! {
        <main class="page" id="inhoud">
            <h1 tabindex="-1">"Dit toestel is afgemeld"</h1>
            <p>
                "Het kantoor heeft dit toestel afgemeld. Alles wat u had ingevuld, is eerst naar het \
                 kantoor gestuurd. Daarna is Aanbel op dit toestel leeggemaakt."
            </p>
            <p>"Wilt u weer met Aanbel werken? Vraag het kantoor om een nieuwe code."</p>
        </main>
    }
}
