$final0 << EOD
0.000497856 62.39653880237214 60.96803203942314 63.82504556532114
0.000995712 62.87943518846275 62.6165960391978 63.1422743377277
EOD
$final1 << EOD
0.000502153 57.81715280086437 57.80636026297294 57.827945338755804
0.00100431 57.31628194858894 56.638151966461734 57.99441193071614
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Final validation accuracy (%) by learning rate, n = 2 to 3' at screen 0.5,0.948 center font ',16' textcolor rgb '#222222'
set label 2 'mean ± standard deviation over the n seeds (divided by n); unfinished: 10 of 12 trainings are done' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'learning rate' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'validation accuracy (%), mean ± std' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set logscale x 10
set xrange [0.000460094:0.00108673]
set xtics ('0.0005' 0.0005, '0.001' 0.001)
set yrange [56:64]
set ytics ('56' 56, '58' 58, '60' 60, '62' 62, '64' 64)
plot $final0 with yerrorbars lw 1.5 lc rgb '#1f77b4' pt 0 notitle, \
    $final0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 1 lw 2 title 'BN (n = 2 to 3)', \
    $final1 with yerrorbars lw 1.5 lc rgb '#ff7f0e' pt 0 notitle, \
    $final1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 1 lw 2 title 'LN (n = 2 to 3)'
