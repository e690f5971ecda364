package dev.structured.core.examples;

import dev.structured.core.ValueBody;
import dev.structured.core.combine.Budget;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.HedgePolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.Settled;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The code that the Javadoc of [dev.structured.core.combine] shows: see [JavadocSnippets].
@SuppressWarnings("unused")
abstract class CombineSnippets {
    record Product() {}

    record Price() {}

    record Offer(Product product, Price price) {}

    interface Catalog {
        Product get(String id) throws IOException;
    }

    interface Shop {
        Price price(String id) throws IOException;
    }

    interface Client {
        String get(URI url) throws IOException;
    }

    record Page() {}

    void combine(Catalog catalog, Shop shop, Shop market, String id, List<String> ids) {
        List<Price> prices = Combine.all(() -> shop.price(id), () -> market.price(id));
        Price first = Combine.race(() -> shop.price(id), () -> market.price(id));
        List<Product> products = Combine.map(ids, 8, catalog::get);
    }

    Offer both(Catalog catalog, Shop shop, String id) {
        Offer offer = Combine.both(() -> catalog.get(id), () -> shop.price(id), Offer::new);
        return offer;
    }

    void asCompleted(List<ValueBody<Page, IOException>> mirrors) {
        List<Page> pages = new ArrayList<>();
        Combine.asCompleted(mirrors, results -> {
            for (Settled<Page> end : results) {
                if (end instanceof Settled.Succeeded(Page page)) pages.add(page);
                if (pages.size() == 2) break; // the other mirrors are stopped
            }
        });
    }

    Product hedge(Catalog catalog, String id, Budget budget) {
        HedgePolicy policy = HedgePolicy.of(2, Duration.ofMillis(80)).withBudget(budget);
        Product product = Combine.hedge(policy, () -> catalog.get(id));
        return product;
    }

    String retry(Client client, URI url, Budget budget) throws IOException {
        RetryPolicy policy = RetryPolicy.of(5, Duration.ofMillis(50), Duration.ofSeconds(2))
                .retryIf(e -> e instanceof IOException)
                .withBudget(budget);
        String answer = Combine.retry(policy, () -> client.get(url));
        return answer;
    }
}
