package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FlowchartTest {

    @Test
    void shapes_and_arrows_tell_what_parts_are() {
        assertEquals("""
                flowchart LR
                  request(["GET /r/{id}"])
                  page(["page, within 1 s"])
                  p1["a<br/>d"]
                  p2[["b<br/>d"]]
                  p3("c<br/>d")
                  p4("v<br/>fixed value")
                  request --> p1
                  p1 ==> page
                  p1 --> p2
                  p1 -.-> p3
                  p2 -.-> p3
                  p3 --> page
                  request --> p4
                  p4 --> page
                """, Flowchart.of(Shop.route("""
                deadline: 1s
                parts:
                  a: {from: d, path: /a, required: true}
                  b: {from: d, path: "/b/${item}", each: "${a.list}", show: false}
                  c: {from: d, path: /c, needs: [a, b]}
                  v: {value: 1}
                """)));
    }
}
